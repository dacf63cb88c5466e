import type { RunWatch } from '../../app/runs/run-watch.ts'
import type { Run } from '../../runs/index.ts'
import { type CancelSentences, hearInterrupts } from '../interrupts.ts'
import {
  did,
  logged,
  type Progress,
  renderProgress,
  resourceChanged,
  startProgress,
} from '../render/progress.ts'
import { runJson } from '../render/run-view.ts'
import { sanitiseLine, shownOutput } from '../render/text.ts'
import { duration } from '../render/time.ts'
import type { Terminal } from '../terminal.ts'

/** Shows a run while it is at work, and takes the person's Ctrl-C. */
export interface RunScreen {
  readonly watch: RunWatch
  /** Begins a phase. */
  begin(phase: PhaseView): void
  /** Ends the phase; what Terraform said in it. */
  end(): string
  /** Gives the terminal and its signals back. */
  close(): void
}

interface PhaseView {
  readonly title: string
  readonly total: number | undefined
  readonly expectedSeconds: number | undefined
}

const FRAME_MILLISECONDS = 120

export function openRunScreen(
  terminal: Terminal,
  workspace: string,
  cancelSentences: CancelSentences,
): RunScreen {
  let progress: Progress | undefined
  let output = ''

  const paint = () => {
    if (progress === undefined || !terminal.live.available) return
    const view = { now: Date.now(), width: terminal.width ?? 80, style: terminal.style }
    terminal.live.paint(renderProgress(progress, view))
  }
  const timer = setInterval(paint, FRAME_MILLISECONDS)
  const notice = (sentence: string) => {
    if (progress !== undefined && terminal.live.available)
      progress = { ...progress, notice: sentence }
    else terminal.note(sentence)
    terminal.emit({ event: 'notice', at: new Date(), workspace, message: sentence })
    paint()
  }
  const interrupts = hearInterrupts(cancelSentences, notice)

  const watch: RunWatch = {
    changed: (run) => terminal.emit(runEvent(run, workspace)),
    output: (text) => {
      output += text
      terminal.emit({ event: 'log', at: new Date(), workspace, text })
      if (progress !== undefined) progress = logged(progress, text)
      if (!terminal.live.available && !terminal.json) {
        terminal.print(shownOutput(text, terminal.style).replace(/\n$/, ''))
      }
    },
    progress: (event) => {
      terminal.emit({ event: 'progress', at: new Date(), workspace, ...event })
      if (progress === undefined) return
      progress = resourceChanged(progress, event, Date.now())
      if (event.status === 'started' || !terminal.live.available) return
      const { style } = terminal
      const isDone = event.status === 'done'
      const sign = isDone ? style.good('✓') : style.bad('✗')
      const what = isDone ? did(event.action) : 'failed after'
      const seconds = isDone && (event.seconds ?? 0) < 1 ? '' : ` ${duration(event.seconds ?? 0)}`
      terminal.print(`${sign} ${sanitiseLine(event.address)}  ${style.dim(`${what}${seconds}`)}`)
      paint()
    },
    notice,
    cancelled: interrupts.cancelled,
    forced: interrupts.forced,
  }
  return {
    watch,
    begin: (phase) => {
      output = ''
      progress = startProgress({ ...phase, startedAt: Date.now() })
      paint()
    },
    end: () => {
      progress = undefined
      terminal.live.clear()
      return output
    },
    close: () => {
      clearInterval(timer)
      terminal.live.clear()
      interrupts.close()
    },
  }
}

function runEvent(run: Run, workspace: string): Record<string, unknown> {
  const event = run.status === 'queued' ? 'created' : run.status
  return { event, at: new Date(), workspace, ...runJson(run) }
}

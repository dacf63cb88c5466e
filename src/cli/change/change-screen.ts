import type { ChangeWatch } from '../../app/changes/change-watch.ts'
import type { ChangeEvent, ChangeView } from '../../changes/index.ts'
import { type CancelSentences, cancelSentences, hearInterrupts } from '../interrupts.ts'
import { endingLines, sumLine } from '../render/change/ending.ts'
import { remainingSeconds } from '../render/change/eta.ts'
import { changeEventJson } from '../render/change/event-json.ts'
import { renderFrame } from '../render/change/frame.ts'
import { type ChangeModel, nextPhase, type Phase, startModel } from '../render/change/model.ts'
import { doneLines, finalLines } from '../render/change/permanent.ts'
import { keepAliveLine, plainLines } from '../render/change/plain-lines.ts'
import { reduce } from '../render/change/reduce.ts'
import { harmlessToCi } from '../render/ci.ts'
import type { Terminal } from '../terminal.ts'

/** Shows a change while it is at work, and takes the person's Ctrl-C. */
export interface ChangeScreen {
  readonly watch: ChangeWatch
  /** Goes on with another phase; the first one is begun by opening the screen. */
  begin(phase: Phase): void
  /** Lets a person be asked: the tree goes away, `shown` is printed, and the sum of a plan. */
  pause(view: ChangeView, shown: readonly string[]): void
  /**
   * Ends the phase: the tree goes away, `shown` is printed (the plans), and below it what failed,
   * what waits for whom, and one line that sums it up.
   */
  end(view: ChangeView, shown?: readonly string[]): void
  /** Gives the terminal and its signals back. */
  close(): void
}

export interface ChangeScreenOptions extends Phase {
  /** Elsewhere than on a terminal: blocks of output fold as GitHub Actions folds them. */
  readonly github?: boolean
  /** What is said to a Ctrl-C; as for work in this process when undefined. */
  readonly cancelSentences?: CancelSentences
  /** Milliseconds; the clock of the machine when undefined. */
  readonly now?: () => number
}

const FRAME_MILLISECONDS = 120
const KEEP_ALIVE_MILLISECONDS = 30_000

/** Opens the screen of a change, for the time until it is closed. */
export function openChangeScreen(terminal: Terminal, options: ChangeScreenOptions): ChangeScreen {
  const now = options.now ?? Date.now
  const show = showOn(terminal, now, options)
  let model = startModel(options)
  let isAtWork = true
  const timer = setInterval(() => {
    if (isAtWork) show.tick(model)
  }, FRAME_MILLISECONDS)
  const layout = () => ({ style: terminal.style, width: terminal.width, now: now() })
  const print = (lines: readonly string[]) =>
    terminal.print(...(terminal.live.available ? lines : lines.map(harmlessToCi)))
  const interrupts = hearInterrupts(
    options.cancelSentences ?? cancelSentences.change,
    (sentence) => {
      // Between two phases somebody may be asked something: no tree is painted over that.
      if (isAtWork || terminal.json) show.notice(sentence, model)
      else terminal.note(sentence)
    },
  )
  return {
    watch: {
      event: (event) => {
        const before = model
        model = reduce(model, event)
        show.event(before, model, event)
      },
      cancelled: interrupts.cancelled,
      forced: interrupts.forced,
    },
    begin: (phase) => {
      model = nextPhase(model, phase)
      isAtWork = true
    },
    pause: (view, shown) => {
      isAtWork = false
      terminal.live.clear()
      print(model.goal === 'plan' ? [...shown, '', sumLine(model, view, layout())] : shown)
    },
    end: (view, shown = []) => {
      isAtWork = false
      show.end(model)
      print(['', ...shown, ...endingLines(model, view, layout())].slice(shown.length > 0 ? 0 : 1))
    },
    close: () => {
      clearInterval(timer)
      terminal.live.clear()
      interrupts.close()
    },
  }
}

/** One way to show what happens. */
interface Show {
  event(before: ChangeModel, after: ChangeModel, event: ChangeEvent): void
  /** Time has passed. */
  tick(model: ChangeModel): void
  /** A sentence about what the person asked for. */
  notice(sentence: string, model: ChangeModel): void
  end(model: ChangeModel): void
}

function showOn(terminal: Terminal, now: () => number, { github }: ChangeScreenOptions): Show {
  if (terminal.json) return showEvents(terminal, now)
  return terminal.live.available
    ? showTree(terminal, now)
    : showBlocks(terminal, { now, github: github === true })
}

function showTree(terminal: Terminal, now: () => number): Show {
  const { style } = terminal
  let notice: string | undefined
  const remaining = estimate()
  const paint = (model: ChangeModel) => {
    if (model.nodes.length === 0) return
    const at = now()
    terminal.live.paint(
      renderFrame(model, {
        now: at,
        width: terminal.width ?? 80,
        height: Math.max(1, (terminal.height ?? 24) - 1),
        style,
        remaining: remaining(model, at),
        notice,
      }),
    )
  }
  return {
    event: (before, after, event) => {
      const lines = doneLines(before, after, event, style)
      if (lines.length === 0) return
      terminal.print(...lines)
      paint(after)
    },
    tick: paint,
    notice: (sentence, model) => {
      notice = sentence
      if (model.nodes.length === 0) terminal.note(sentence)
      else paint(model)
    },
    end: (model) => {
      terminal.live.clear()
      if (model.goal === 'plan') return
      terminal.print(...finalLines(model, { style, width: terminal.width ?? 80, now: now() }))
    },
  }
}

const ESTIMATE_MILLISECONDS = 1000

/** What is still expected, thought over now and then: for very many workspaces that takes a while. */
function estimate(): (model: ChangeModel, now: number) => number | undefined {
  let last: { readonly at: number; readonly seconds: number | undefined } | undefined
  return (model, now) => {
    const age = last === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - last.at)
    if (last === undefined || age >= ESTIMATE_MILLISECONDS * (1 + model.nodes.length / 250)) {
      last = { at: now, seconds: remainingSeconds(model, now) }
    }
    return last.seconds === undefined
      ? undefined
      : Math.max(0, last.seconds - (now - last.at) / 1000)
  }
}

function showBlocks(
  terminal: Terminal,
  { now, github }: { readonly now: () => number; readonly github: boolean },
): Show {
  let spokeAt = now()
  const print = (lines: readonly string[]) => {
    if (lines.length === 0) return
    terminal.print(...lines)
    spokeAt = now()
  }
  return {
    event: (before, after, event) => print(plainLines(before, after, event, { github })),
    tick: (model) => {
      if (now() - spokeAt < KEEP_ALIVE_MILLISECONDS) return
      const line = keepAliveLine(model, now())
      if (line !== undefined) print([line])
    },
    notice: (sentence) => terminal.note(sentence),
    end: () => undefined,
  }
}

function showEvents(terminal: Terminal, now: () => number): Show {
  return {
    event: (_before, _after, event) => terminal.emit(changeEventJson(event)),
    tick: () => undefined,
    notice: (message, { change }) => {
      const told = { event: 'notice', at: new Date(now()) } as const
      // Before there is a change there is nothing to name.
      if (change === undefined) terminal.emit({ ...told, message })
      else terminal.emit(changeEventJson({ ...told, change, workspace: undefined, message }))
    },
    end: () => undefined,
  }
}

import type { Style } from './style.ts'
import { cut, sanitiseLine, wrap } from './text.ts'
import { duration } from './time.ts'

/** What is known of a phase that is running; a new value for each thing that happens. */
export interface Progress {
  readonly title: string
  /** Milliseconds, as `Date.now()`. */
  readonly startedAt: number
  /** Operations that the plan announced; undefined while that is unknown. */
  readonly total: number | undefined
  readonly done: number
  readonly failed: number
  readonly running: readonly RunningResource[]
  readonly expectedSeconds: number | undefined
  readonly lastLine: string | undefined
  /** A sentence about what the person asked for: `cancelling …`. */
  readonly notice: string | undefined
}

interface RunningResource {
  readonly address: string
  readonly action: string
  readonly startedAt: number
}

export interface ResourceEvent {
  readonly address: string
  readonly status: 'started' | 'done' | 'failed'
  readonly action: string
}

export function startProgress(
  start: Pick<Progress, 'title' | 'startedAt' | 'total' | 'expectedSeconds'>,
): Progress {
  return { ...start, done: 0, failed: 0, running: [], lastLine: undefined, notice: undefined }
}

export function resourceChanged(progress: Progress, event: ResourceEvent, now: number): Progress {
  const others = progress.running.filter((one) => one.address !== event.address)
  const address = sanitiseLine(event.address)
  switch (event.status) {
    case 'started':
      return {
        ...progress,
        running: [...others, { address, action: event.action, startedAt: now }],
      }
    case 'done':
      return { ...progress, running: others, done: progress.done + 1 }
    case 'failed':
      return { ...progress, running: others, failed: progress.failed + 1 }
  }
}

// The resources that are being worked on are listed with their times already.
const alreadyListed =
  /: (Creating|Modifying|Destroying|Still \S+)\.\.\.|: (Creation|Modifications|Destruction) complete|: Provisioning with '|\) Provisioning complete$/

/** Remembers the last line of a piece of output that says something new. */
export function logged(progress: Progress, text: string): Progress {
  const last = text
    .split('\n')
    .map((line) => sanitiseLine(line).trim())
    .findLast((line) => line !== '' && !alreadyListed.test(line))
  return last === undefined ? progress : { ...progress, lastLine: last }
}

const verbs: Readonly<Record<string, readonly [now: string, done: string]>> = {
  create: ['creating', 'created'],
  update: ['changing', 'changed'],
  delete: ['destroying', 'destroyed'],
  read: ['reading', 'read'],
}

/** What is being done to a resource, for people: `creating`. */
function doing(action: string): string {
  return verbs[action]?.[0] ?? sanitiseLine(action)
}

/** What was done to a resource, for people: `created`. */
export function did(action: string): string {
  return verbs[action]?.[1] ?? sanitiseLine(action)
}

const SHOWN_RESOURCES = 6

/** The lines of the live region. Pure: the same progress, time and width give the same lines. */
export function renderProgress(
  progress: Progress,
  view: { readonly now: number; readonly width: number; readonly style: Style },
): string[] {
  const { now, width, style } = view
  const elapsed = (now - progress.startedAt) / 1000
  const lines = [heading(progress, elapsed, style)]
  const shown = progress.running.slice(0, SHOWN_RESOURCES)
  for (const one of shown) {
    const seconds = duration((now - one.startedAt) / 1000)
    const verb = doing(one.action)
    const name = cut(one.address, Math.max(10, width - verb.length - seconds.length - 8))
    lines.push(`  ${style.accent('•')} ${name}  ${style.dim(`${verb} ${seconds}`)}`)
  }
  const more = progress.running.length - shown.length
  if (more > 0) lines.push(style.dim(`    and ${more} more`))
  if (progress.notice !== undefined) {
    const columns = Math.max(10, width - 2)
    lines.push(...wrap(progress.notice, columns).map((line) => style.warn(`  ${line}`)))
  }
  if (progress.notice === undefined && progress.lastLine !== undefined) {
    lines.push(style.dim(cut(`  ${progress.lastLine}`, width)))
  }
  return lines
}

function heading(progress: Progress, elapsed: number, style: Style): string {
  const facts = [
    progress.total === undefined ? undefined : `${progress.done} of ${progress.total} done`,
    progress.failed === 0 ? undefined : style.bad(`${progress.failed} failed`),
    timing(elapsed, progress.expectedSeconds),
  ].filter((fact) => fact !== undefined)
  return `${style.bold(progress.title)}  ${facts.join(' · ')}`
}

function timing(elapsed: number, expected: number | undefined): string {
  if (expected === undefined || expected < 1) return duration(elapsed)
  return `${duration(elapsed)} of about ${duration(expected)}`
}

import type { PlanSummary, Run, RunStatus } from '../../runs/index.ts'
import type { Style } from './style.ts'
import { plural, sanitiseLine } from './text.ts'
import { ago } from './time.ts'

/** What a plan would do in a few words: `1 to add, 2 to change, 1 to replace`. */
export function summaryLine(summary: PlanSummary): string {
  const parts = [
    part(summary.create, 'to add'),
    part(summary.update, 'to change'),
    part(summary.replace, 'to replace'),
    part(summary.delete, 'to destroy'),
    part(summary.forget, 'to forget'),
    part(summary.import, 'to import'),
    part(summary.move, 'to move'),
    summary.outputs.length > 0
      ? plural(summary.outputs.length, 'output changes', 'outputs change')
      : '',
  ].filter((text) => text !== '')
  return parts.length === 0 ? 'nothing to change' : parts.join(', ')
}

/** The same of what was done: `1 added, 2 changed`. */
export function doneLine(summary: PlanSummary): string {
  const parts = [
    part(summary.create, 'added'),
    part(summary.update, 'changed'),
    part(summary.replace, 'replaced'),
    part(summary.delete, 'destroyed'),
    part(summary.forget, 'forgotten'),
    part(summary.import, 'imported'),
    part(summary.move, 'moved'),
    summary.outputs.length > 0
      ? plural(summary.outputs.length, 'output changed', 'outputs changed')
      : '',
  ].filter((text) => text !== '')
  return parts.length === 0 ? 'nothing changed' : parts.join(', ')
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`
}

/** The risk of a plan, coloured by its severity; undefined when there is nothing to say. */
export function riskLine(summary: PlanSummary, style: Style): string | undefined {
  if (summary.severity === 'none' || summary.risk === '') return undefined
  const paint = { low: style.dim, medium: style.warn, high: style.bad }[summary.severity]
  return `${style.bold('Risk')}  ${paint(`${summary.severity}: ${sanitiseLine(summary.risk)}`)}`
}

export function statusWord(status: RunStatus, style: Style): string {
  switch (status) {
    case 'applied':
    case 'unchanged':
      return style.good(status)
    case 'failed':
    case 'unknown':
      return style.bad(status)
    case 'planned':
    case 'waiting':
      return style.warn(status)
    case 'planning':
    case 'applying':
    case 'queued':
      return style.accent(status)
    case 'cancelled':
    case 'closed':
      return style.dim(status)
  }
}

/** When the last thing happened to a run. */
export function lastMoment(run: Run): Date {
  return run.finishedAt ?? run.applyingAt ?? run.plannedAt ?? run.createdAt
}

/** A row of `history`. */
export function historyRow(run: Run, now: Date, style: Style): string[] {
  const summary =
    run.summary === undefined
      ? ''
      : run.status === 'applied'
        ? doneLine(run.summary)
        : summaryLine(run.summary)
  const reason =
    run.reason === undefined || run.status === 'applied' ? '' : sanitiseLine(run.reason)
  return [
    style.bold(`run-${run.id}`),
    run.operation,
    statusWord(run.status, style),
    ago(lastMoment(run), now),
    shortActor(run.actor),
    [summary, reason].filter((text) => text !== '').join(' · '),
  ]
}

/** `Ada` of `Ada <ada@example.org>`. */
export function shortActor(actor: string): string {
  return sanitiseLine(actor.replace(/\s*<[^>]*>\s*$/, '') || actor)
}

/** A run as `--json` shows it. */
export function runJson(run: Run): Record<string, unknown> {
  return {
    run: `run-${run.id}`,
    operation: run.operation,
    status: run.status,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    actor: run.actor,
    createdAt: run.createdAt,
    ...(run.plannedAt === undefined ? {} : { plannedAt: run.plannedAt }),
    ...(run.applyingAt === undefined ? {} : { applyingAt: run.applyingAt }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(run.summary === undefined ? {} : { summary: run.summary }),
    source: run.source,
    options: run.options,
  }
}

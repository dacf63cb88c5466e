import { type Workspace, workspaceName } from '../../projects/index.ts'
import type { Run } from '../../runs/index.ts'
import type { Lock, QuarantinedState, StateVersion } from '../../state/index.ts'
import { doneLine, lastMoment, runJson, shortActor, statusWord, summaryLine } from './run-view.ts'
import { versionJson } from './state-view.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'
import { plural, sanitiseLine } from './text.ts'
import { ago, moment } from './time.ts'

/** What `status` shows of one workspace. */
export interface WorkspaceStatus {
  readonly workspace: Workspace
  readonly version: StateVersion | undefined
  readonly lock: Lock | undefined
  readonly atRisk: QuarantinedState | undefined
  readonly lastRun: Run | undefined
  readonly unknown: Run | undefined
  /** Runs that are not over. */
  readonly live: readonly Run[]
}

/** A row for each workspace. */
export function statusRows(all: readonly WorkspaceStatus[], now: Date, style: Style): string[][] {
  return all.map((one) => [
    style.bold(sanitiseLine(workspaceName(one.workspace))),
    resources(one.version),
    one.lastRun === undefined ? 'no run' : statusWord(one.lastRun.status, style),
    one.lastRun === undefined
      ? ''
      : `run-${one.lastRun.id} ${ago(lastMoment(one.lastRun), now)} by ${shortActor(one.lastRun.actor)}`,
    flags(one, style),
  ])
}

function resources(version: StateVersion | undefined): string {
  if (version === undefined) return 'no state'
  return version.counts === undefined ? 'not readable' : plural(version.counts.total, 'resource')
}

function flags(one: WorkspaceStatus, style: Style): string {
  return [
    one.unknown === undefined ? '' : style.bad(`run-${one.unknown.id} unknown`),
    one.atRisk === undefined ? '' : style.bad('state at risk'),
    one.lock === undefined || one.lock.kind === 'run'
      ? ''
      : style.warn(`locked by ${shortActor(one.lock.actor)}`),
  ]
    .filter((text) => text !== '')
    .join(', ')
}

/** Everything about one workspace, and what needs a person. */
export function statusDetail(one: WorkspaceStatus, now: Date, style: Style): string[] {
  const { version, lastRun, lock } = one
  const rows: string[][] = []
  rows.push([
    'State',
    version === undefined
      ? 'none yet'
      : `version ${version.number}, ${resources(version)}, by ${version.cause} ${ago(version.createdAt, now)} (${shortActor(version.actor)})`,
  ])
  rows.push(['Last run', lastRun === undefined ? 'none yet' : runText(lastRun, now, style)])
  const waiting = one.live.filter((run) => run.id !== lastRun?.id)
  for (const run of waiting) rows.push(['Also', runText(run, now, style)])
  rows.push(['Lock', lock === undefined ? 'free' : lockText(lock, style)])
  return [
    style.bold(sanitiseLine(workspaceName(one.workspace, 'full'))),
    ...table(rows, { indent: 2 }),
    ...advice(one, style),
  ]
}

function runText(run: Run, now: Date, style: Style): string {
  const what =
    run.summary === undefined
      ? ''
      : `: ${run.status === 'applied' ? doneLine(run.summary) : summaryLine(run.summary)}`
  const reason =
    run.reason === undefined || run.status === 'applied' || run.status === 'unknown'
      ? ''
      : ` (${sanitiseLine(run.reason)})`
  return `run-${run.id} ${run.operation} ${statusWord(run.status, style)} ${ago(lastMoment(run), now)} by ${shortActor(run.actor)}${what}${reason}`
}

function lockText(lock: Lock, style: Style): string {
  const since = `since ${moment(lock.createdAt)}`
  const why = lock.info.Info === '' ? '' : `: ${sanitiseLine(lock.info.Info)}`
  return style.warn(
    lock.kind === 'run'
      ? `held by ${lock.runId === undefined ? 'a run' : `run-${lock.runId}`} of ${shortActor(lock.actor)}, ${since}`
      : `held by ${shortActor(lock.actor)} ${since} (${sanitiseLine(lock.id)})${why}`,
  )
}

function advice(one: WorkspaceStatus, style: Style): string[] {
  const arrow = style.accent('→')
  const lines: string[] = []
  if (one.unknown !== undefined) {
    lines.push(
      '',
      `${style.bad('Nobody saw how')} the apply of run-${one.unknown.id} ended. Until a person decides, nothing is applied here.`,
      `${arrow} portolan state rescue`,
    )
  }
  if (one.atRisk !== undefined) {
    lines.push(
      '',
      `${style.bad('The state is at risk')}: the result of a real apply was rejected (${sanitiseLine(one.atRisk.reason)}).`,
      `${arrow} portolan state rescue`,
    )
  }
  if (one.unknown === undefined && one.lastRun?.status === 'planned') {
    lines.push('', `${arrow} portolan apply run-${one.lastRun.id}   applies the plan that waits`)
  }
  return lines
}

/** As `--json` shows it. */
export function statusJson(one: WorkspaceStatus): Record<string, unknown> {
  const { workspace, version, lock, atRisk, lastRun } = one
  return {
    workspace: workspaceName(workspace),
    project: workspace.project,
    component: workspace.component,
    environment: workspace.environment,
    state: version === undefined ? null : versionJson(version),
    lock:
      lock === undefined
        ? null
        : {
            id: lock.id,
            kind: lock.kind,
            actor: lock.actor,
            since: lock.createdAt,
            run: lock.runId === undefined ? null : `run-${lock.runId}`,
            reason: lock.info.Info,
          },
    atRisk: atRisk === undefined ? null : { id: atRisk.id, reason: atRisk.reason },
    lastRun: lastRun === undefined ? null : runJson(lastRun),
    live: one.live.map(runJson),
  }
}

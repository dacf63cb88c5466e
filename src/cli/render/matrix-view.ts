import { changeName, type Deployed, isDeployed } from '../../changes/index.ts'
import { runName } from '../../runs/index.ts'
import type { PlatformStatus, WorkspaceStanding } from '../platform/platform-status.ts'
import { changeJson } from './change-json.ts'
import { shortActor } from './run-view.ts'
import type { Style } from './style.ts'
import { table } from './table.ts'
import { plural, sanitiseLine, widthOf } from './text.ts'
import { ago } from './time.ts'

interface Layout {
  readonly style: Style
  readonly width: number | undefined
}

/** Components in rows, environments in columns; where that is too wide, a row for each workspace. */
export function matrixLines(status: PlatformStatus, now: Date, layout: Layout): string[] {
  const { style, width } = layout
  const { components, environments } = status
  const cell = (component: string, environment: string) => {
    const standing = status.workspaces.get(`${component}@${environment}`)
    return standing === undefined ? '' : cellText(standing, now, style)
  }
  const rows = [
    ['', ...environments.map((name) => style.bold(sanitiseLine(name)))],
    ...components.map((component) => [
      style.bold(sanitiseLine(component)),
      ...environments.map((environment) => cell(component, environment)),
    ]),
  ]
  const lines = table(rows)
  const isTooWide = width !== undefined && lines.some((line) => widthOf(line) > width)
  if (!isTooWide) return [...lines, ...legend(status, style)]
  const list = [...status.workspaces].map(([name, standing]) => [
    style.bold(sanitiseLine(name)),
    cellText(standing, now, style),
  ])
  return [...table(list), ...legend(status, style)]
}

/** What is deployed, and what is not as it should be, in a few words. */
function cellText(standing: WorkspaceStanding, now: Date, style: Style): string {
  const { deployed } = standing
  const trouble = deployed === undefined ? undefined : troubleOf(deployed, style)
  const base = baseText(standing, now, style)
  const lock =
    deployed?.lockedBy === undefined ? '' : style.warn(`locked by ${shortActor(deployed.lockedBy)}`)
  return [trouble ?? '', base, lock].filter((text) => text !== '').join(', ')
}

function baseText(standing: WorkspaceStanding, now: Date, style: Style): string {
  const { deployed, hasMoved, skipped } = standing
  if (deployed === undefined || !isDeployed(deployed)) {
    return style.dim(skipped === undefined ? '-' : 'off')
  }
  const version = `v${deployed.state?.version}`
  const when = style.dim(ago(deployed.lastGood?.at ?? deployed.state?.recordedAt ?? now, now))
  if (skipped !== undefined) return `${style.warn(`${version} off`)} ${when}`
  return hasMoved === true
    ? `${style.warn(`${version} changed`)} ${when}`
    : `${style.good(version)} ${when}`
}

function troubleOf(deployed: Deployed, style: Style): string | undefined {
  const { unknownRun, isAtRisk, lastRun, lastGood } = deployed
  if (unknownRun !== undefined) return style.bad(`run-${unknownRun} unknown`)
  if (isAtRisk) return style.bad('state at risk')
  if (lastRun === undefined || lastRun.id === lastGood?.id) return undefined
  if (lastRun.status === 'failed') return style.bad(`run-${lastRun.id} failed`)
  if (lastRun.status === 'applying') return style.accent(`run-${lastRun.id} applying`)
  return undefined
}

/** What the words in the cells mean, as far as they are there. */
function legend({ workspaces }: PlatformStatus, style: Style): string[] {
  const all = [...workspaces.values()]
  const notes = [
    all.some((one) => one.hasMoved === true && one.skipped === undefined)
      ? 'changed: not what was applied last'
      : '',
    all.some((one) => one.skipped !== undefined) ? 'off: switched off by `when`' : '',
  ].filter((text) => text !== '')
  return notes.length === 0 ? [] : ['', style.dim(notes.join(' · '))]
}

/** What is deployed and in no manifest any more, with the command that ends it. */
export function orphanLines({ orphans }: PlatformStatus, style: Style): string[] {
  return orphans.flatMap(({ name, resources }) => [
    `${style.warn(sanitiseLine(name))} is deployed (${resources === undefined ? 'its state is not readable' : plural(resources, 'resource')}) and not in the manifest any more`,
    `${style.accent('→')} portolan destroy --orphan ${sanitiseLine(name)}`,
  ])
}

/** Workspaces that a person has to look after. */
export function attentionLines({ workspaces }: PlatformStatus, style: Style): string[] {
  return [...workspaces]
    .filter(([, { deployed }]) => deployed?.unknownRun !== undefined || deployed?.isAtRisk === true)
    .map(
      ([name]) =>
        `${style.accent('→')} ${sanitiseLine(name)} needs you: portolan status ${sanitiseLine(name)}`,
    )
}

/** As `--json` shows it. */
export function platformJson(status: PlatformStatus): Record<string, unknown> {
  return {
    project: status.project,
    components: status.components,
    environments: status.environments,
    workspaces: [...status.workspaces].map(([name, standing]) => ({
      workspace: name,
      component: standing.component,
      environment: standing.environment,
      ...standingJson(standing),
    })),
    changes: status.open.map(({ change, counts }) => changeJson(change, counts)),
    orphans: status.orphans.map(({ name, resources }) => ({ workspace: name, resources })),
  }
}

function standingJson({ deployed, skipped, hasMoved }: WorkspaceStanding): Record<string, unknown> {
  return {
    deployed: deployed !== undefined && isDeployed(deployed),
    skipped: skipped ?? null,
    changed: hasMoved ?? null,
    state: deployed?.state ?? null,
    lastRun: deployed?.lastRun === undefined ? null : runJson(deployed.lastRun),
    lastApplied: deployed?.lastGood === undefined ? null : runJson(deployed.lastGood),
    unknown: deployed?.unknownRun === undefined ? null : runName(deployed.unknownRun),
    atRisk: deployed?.isAtRisk ?? false,
    lockedBy: deployed?.lockedBy ?? null,
  }
}

function runJson(run: NonNullable<Deployed['lastRun']>): Record<string, unknown> {
  return {
    run: runName(run.id),
    change: run.changeId === undefined ? null : changeName(run.changeId),
    operation: run.operation,
    status: run.status,
    at: run.at,
  }
}

import type { z } from 'zod'
import { type Permission, type Principal, permits } from '../../access/index.ts'
import { type InboxEntry, isDeployed, type Platform, type Standing } from '../../changes/index.ts'
import { countsAtGate, isForAnybody } from '../../runs/index.ts'
import { presentWorkspace } from '../workspaces/present.ts'
import type * as schema from './schema.ts'

/** The matrix of a project, of what who asks may see. */
export function presentProject(
  platform: Platform,
  standings: readonly Standing[],
  principal: Principal,
): z.infer<typeof schema.ProjectOverview> {
  const { project } = platform
  const shown = standings.filter((standing) => !isGone(standing, platform))
  const declared = platform.environments.filter((environment) =>
    permits(principal, 'read', { project, environment }),
  )
  const others = shown
    .map(({ environment }) => environment)
    .filter((environment) => !platform.environments.includes(environment))
    .sort()
  return {
    project,
    environments: [...new Set([...declared, ...others])],
    components: [...new Set(shown.map(({ component }) => component))],
    workspaces: shown.map(presentWorkspace),
    headCommit: platform.headCommit,
    headSubject: platform.headSubject,
    fetchedAt: platform.fetchedAt?.toISOString(),
    fetchError: platform.fetchError,
  }
}

/** The manifest does not have it any more, and nothing of it is left. */
function isGone(standing: Standing, { headCommit }: Platform): boolean {
  if (headCommit === undefined || standing.declared) return false
  const { unknownRun, isAtRisk, lock } = standing
  const needsSomebody = unknownRun !== undefined || isAtRisk || lock !== undefined
  return !needsSomebody && !isDeployed(standing)
}

/** Who asks, with their teams. */
export interface Reader {
  readonly principal: Principal
  readonly teams: readonly string[]
}

export function presentInboxItem(
  entry: InboxEntry,
  reader: Reader,
): z.infer<typeof schema.InboxItem> {
  return {
    kind: entry.kind,
    sentence: entry.sentence,
    project: entry.project,
    environment: entry.environment,
    changeId: entry.changeId,
    runId: entry.runId,
    pullRequest: entry.pullRequest,
    workspaces: [...entry.workspaces],
    risk: entry.risk && { ...entry.risk },
    mine: isMine(entry, reader),
    since: entry.since.toISOString(),
  }
}

/** Who asks may do what it waits for. */
function isMine(entry: InboxEntry, reader: Reader): boolean {
  const { asks } = entry
  const may = (permission: Permission) => permits(reader.principal, permission, entry)
  switch (asks.to) {
    case 'approve':
      return may('run:approve') && isAsked(asks, reader)
    case 'apply':
      return may('change:apply')
    case 'plan':
      return may('change:plan')
    case 'recover':
      return may('run:recover')
    case 'decide':
      return may('state:write')
    case 'unlock':
      if (may('state:force-unlock')) return true
      return asks.kind === 'person' && asks.holder === reader.principal.name && may('state:write')
  }
}

/** An approval of who asks would count, of a plan that they have not approved yet. */
function isAsked(
  { gate, author, isAuthorKnown, approvals }: Extract<InboxEntry['asks'], { to: 'approve' }>,
  { principal: { personId: id, name }, teams }: Reader,
): boolean {
  if (id === undefined) return isForAnybody({ gate, isAuthorKnown })
  if (!countsAtGate({ gate, author }, { id, name, teams, isDisabled: false })) return false
  return approvals.some((those) => !those.some(({ person }) => person?.id === id))
}

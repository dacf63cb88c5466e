import { type Permission, permits } from '../../access/index.ts'
import {
  type ChangeNode,
  type ChangeView,
  changeName,
  createReservationService,
  createWorkService,
} from '../../changes/index.ts'
import type { Manifest } from '../../manifest/index.ts'
import { type AppError, conflict, forbidden, invalid } from '../../platform/errors.ts'
import { type Command, type CommandSelection, digestOfPlans } from '../../pull-requests/index.ts'
import { approveChange } from '../changes/approve-change.ts'
import type { Context } from '../context.ts'
import { manifestAt } from './base-rules.ts'
import { environmentsAfter } from './before-merge.ts'
import { fromFork } from './demand-current.ts'
import { letGo } from './end-pull-request.ts'
import type { Doing, Look } from './looking.ts'
import { counted } from './plan-commands.ts'
import { isWhole, namesIn } from './selected-names.ts'

/** A change of the pull request, and what of it a command is about. */
interface Asked {
  readonly view: ChangeView
  readonly nodes: readonly ChangeNode[]
}

/** Applies what is planned, as far as gates allow; what who applies has seen, they agree to. */
export async function applyByCommand(
  context: Context,
  look: Look,
  {
    doing,
    command,
  }: { readonly doing: Doing; readonly command: Extract<Command, { name: 'apply' | 'resume' }> },
): Promise<string> {
  const { principal } = doing
  const { view, nodes } = await askedOf(context, look, command.selection)
  const { change } = view
  if (change.options.untrusted === true) throw fromFork()
  const asked = withoutAfterMerge(look, view, nodes)
  const permitted = permittedNodes(look, doing, { nodes: asked, permission: 'change:apply' })
  demandSeen(doing, permitted)
  const override = command.name === 'apply' ? command.override : undefined
  if (command.name === 'apply') await agree(context, view, { doing, nodes: permitted, override })
  const isAll = permitted.length === view.nodes.length
  await createWorkService(context.db).ask({
    changeId: change.id,
    task: 'apply',
    request: {
      personId: principal.personId,
      ...(isAll ? {} : { workspaces: permitted.map(({ name }) => name) }),
      // What is planned on the way was seen by nobody yet.
      approve: 'none',
      override,
      retry: command.name === 'resume',
    },
    actor: doing.actor.name,
  })
  await tellAct(context, view, { doing, action: command.name, nodes: permitted, reason: override })
  return `Applying ${counted(permitted.length, 'workspace')} of ${changeName(change.id)}.`
}

/** Agrees to the plans as they are shown, of all or of some. */
export async function approveByCommand(
  context: Context,
  look: Look,
  {
    doing,
    command,
  }: { readonly doing: Doing; readonly command: Extract<Command, { name: 'approve' }> },
): Promise<string> {
  const { principal, actor } = doing
  const { view, nodes } = await askedOf(context, look, command.selection)
  const permitted = permittedNodes(look, doing, { nodes, permission: 'run:approve' })
  demandDigest(view, command.digest)
  if (command.digest === undefined) demandSeen(doing, permitted)
  const { approved } = await approveChange(context, {
    changeId: view.change.id,
    actor: actor.name,
    personId: principal.personId,
    environments: undefined,
    workspaces: permitted.map(({ name }) => name),
    digests: digestsOf(permitted),
    override: command.override,
  })
  const reason = command.override
  const told = permitted.filter(({ name }) => approved.includes(name))
  await tellAct(context, view, { doing, action: 'approve', nodes: told, reason })
  return `Approved ${approved.length > 5 ? counted(approved.length, 'plan') : approved.join(', ')}.`
}

/** Ends what is at work, or the change altogether. */
export async function endByCommand(
  context: Context,
  look: Look,
  { doing, command }: { readonly doing: Doing; readonly command: 'discard' | 'cancel' | 'unlock' },
): Promise<string> {
  const view = await look.view()
  if (view === undefined) throw nothingToEnd()
  const { change } = view
  const isOwn = doing.actor.name === change.actor
  if (!isOwn) permittedNodes(look, doing, { nodes: view.nodes, permission: 'change:apply' }, 'all')
  if (change.status !== 'open') {
    if (command !== 'unlock' || !(await isReserving(context, look))) throw nothingToEnd()
    await letGo(context, await look.pullRequest())
    return 'What it reserved is free.'
  }
  const works = createWorkService(context.db)
  if (command === 'cancel') {
    if (!(await works.requestCancel(change.id))) {
      throw conflict('nothing is at work', { next: 'To give it up: portolan discard' })
    }
    await tellAct(context, view, { doing, action: 'stop', nodes: [], reason: undefined })
    return 'Asked what is at work to end; it can be resumed.'
  }
  await context.changes.cancel(change.id, doing.actor.name)
  await works.requestCancel(change.id)
  await letGo(context, await look.pullRequest())
  await tellAct(context, view, { doing, action: 'cancel', nodes: [], reason: undefined })
  return `Discarded ${changeName(change.id)}; what it reserved is free.`
}

function nothingToEnd(): AppError {
  return conflict('there is nothing that could be ended', { next: 'Plan it: portolan plan' })
}

/** What is applied stays reserved until it is merged. */
async function isReserving({ db }: Context, look: Look): Promise<boolean> {
  const { id } = await look.pullRequest()
  return (await createReservationService(db).reservationsOf(id)).length > 0
}

async function askedOf(context: Context, look: Look, selection: CommandSelection): Promise<Asked> {
  const view = await look.view()
  const { planned, headCommit, problem } = await look.pullRequest()
  if (problem !== undefined) throw conflict(`it cannot be planned: ${problem}`)
  if (view === undefined) {
    throw conflict(
      planned === undefined
        ? 'nothing is planned yet'
        : 'it affects nothing: there is nothing to apply',
      { next: planned === undefined ? 'Say it again when it is.' : 'It can be merged as it is.' },
    )
  }
  if (planned?.head !== headCommit && look.observed.status === 'open') {
    throw conflict(`its head ${headCommit.slice(0, 10)} is not planned yet`, {
      next: 'Read that plan when it is there, and say it again.',
    })
  }
  const { change } = view
  if (change.status !== 'open') {
    const why = change.closedBecause === undefined ? '' : `: ${change.closedBecause}`
    throw conflict(`${changeName(change.id)} is ${change.status}${why}`, {
      next: change.status === 'done' ? 'There is nothing left to do.' : 'Plan it: portolan plan',
    })
  }
  const manifest = await manifestAt(context, look.project, change.source.commit)
  return { view, nodes: selectedNodes(manifest, view, selection) }
}

/** Names are those of the head: it may have new ones. */
function selectedNodes(
  manifest: Manifest | undefined,
  { nodes }: ChangeView,
  selection: CommandSelection,
): readonly ChangeNode[] {
  if (isWhole(selection)) return nodes
  const names = new Set(
    namesIn(selection, {
      manifest,
      all: nodes,
      select: ({ components = [], environments = [] }) => {
        const found = nodes.filter(
          ({ component, environment }) =>
            (components.length === 0 || components.includes(component)) &&
            (environments.length === 0 || environments.includes(environment)),
        )
        if (found.length === 0) throw nothingNamed(nodes)
        return found.map(({ name }) => name)
      },
    }),
  )
  return nodes.filter(({ name }) => names.has(name))
}

function nothingNamed(nodes: readonly ChangeNode[]): AppError {
  const shown = nodes.slice(0, 10).map(({ name }) => name)
  return invalid('the pull request affects nothing of that name', {
    next: `It affects ${shown.join(', ')}${nodes.length > 10 ? ', …' : ''}.`,
  })
}

/** What is applied by merging is not applied before. */
function withoutAfterMerge(
  { observed }: Look,
  view: ChangeView,
  nodes: readonly ChangeNode[],
): readonly ChangeNode[] {
  if (observed.status !== 'open') return nodes
  const after = environmentsAfter(view)
  const before = nodes.filter(({ environment }) => !after.includes(environment))
  if (before.length > 0) return before
  throw conflict(`${after.join(', ')} is applied by merging`, { next: 'Merge it.' })
}

/** What may be done where; all of it, or as much as is permitted. @throws AppError when that is nothing */
function permittedNodes(
  { project }: Look,
  { principal }: Doing,
  { nodes, permission }: { readonly nodes: readonly ChangeNode[]; readonly permission: Permission },
  demanded: 'some' | 'all' = 'some',
): readonly ChangeNode[] {
  const permitted = nodes.filter(({ environment }) =>
    permits(principal, permission, { project: project.name, environment }),
  )
  const isEnough = demanded === 'all' ? permitted.length === nodes.length : permitted.length > 0
  if (isEnough) return permitted
  const where = [...new Set(nodes.map(({ environment }) => environment))].join(', ')
  throw forbidden(`${principal.name} may not do this in ${where}: it needs ${permission}`, {
    next: 'Ask an administrator for a role that permits it.',
  })
}

/** Nobody agrees to what was planned after they spoke. */
function demandSeen({ received }: Doing, nodes: readonly ChangeNode[]): void {
  const newer = nodes.filter(
    ({ run }) => run?.plannedAt !== undefined && run.plannedAt > received.commentedAt,
  )
  const unplanned = nodes.filter(({ result }) => result === 'pending' || result === 'planning')
  const waits = [...newer, ...unplanned]
  if (waits.length === 0) return
  const shown = waits.slice(0, 5).map(({ name }) => name)
  throw conflict(
    `${shown.join(', ')}${waits.length > 5 ? ', …' : ''} ${unplanned.length > 0 ? 'is not planned yet' : 'was planned after this comment'}`,
    { next: 'Read the plan, and say it again.' },
  )
}

function demandDigest(view: ChangeView, digest: string | undefined): void {
  if (digest === undefined) return
  const now = digestOfPlans(view)
  if (now?.startsWith(digest.toLowerCase()) === true) return
  throw conflict(`the plans are not ${digest} any more`, {
    next:
      now === undefined
        ? 'Nothing waits to be approved.'
        : `Read them again: they are ${now.slice(0, 12)} now.`,
  })
}

function digestsOf(nodes: readonly ChangeNode[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    nodes.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]])),
  )
}

/** Who applies agrees to what they have read, but where a gate asks for others. */
async function agree(
  context: Context,
  { environments }: ChangeView,
  {
    doing,
    nodes,
    override,
  }: {
    readonly doing: Doing
    readonly nodes: readonly ChangeNode[]
    readonly override: string | undefined
  },
): Promise<void> {
  const gated = new Set(
    environments.filter(({ gate }) => (gate?.approvals ?? 0) > 0).map(({ name }) => name),
  )
  const { personId } = doing.principal
  for (const { run, digest, environment } of nodes) {
    if (run?.status !== 'planned' || digest === undefined || gated.has(environment)) continue
    const isGuarded = (run.summary?.protected.length ?? 0) > 0
    if (isGuarded && override === undefined) continue
    await context.runs.approve(run.id, {
      digest,
      actor: doing.actor.name,
      ...(personId === undefined ? {} : { personId }),
      ...(isGuarded && override !== undefined ? { overrideReason: override } : {}),
    })
  }
}

/** Says who did what, to those who watch. */
function tellAct(
  { changes }: Context,
  { change }: ChangeView,
  {
    doing,
    action,
    nodes,
    reason,
  }: {
    readonly doing: Doing
    readonly action: string
    readonly nodes: readonly ChangeNode[]
    readonly reason: string | undefined
  },
): Promise<void> {
  return changes.tell(change.id, [
    {
      at: new Date(),
      change: change.id,
      event: 'action',
      actor: doing.actor.name,
      action,
      workspaces: nodes.map(({ name }) => name),
      reason,
    },
  ])
}

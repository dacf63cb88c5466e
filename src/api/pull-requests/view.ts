import type { z } from 'zod'
import { type Principal, permits, permitsSomewhere, placesOf } from '../../access/index.ts'
import { unappliedIn } from '../../app/pull-requests/before-merge.ts'
import { createReservationService, listChanges } from '../../changes/index.ts'
import { listTroubles, type Proposal, type ProposalComment } from '../../forges/index.ts'
import { mergeRefusal, type PullRequest, type ReceivedCommand } from '../../pull-requests/index.ts'
import { presentChange } from '../changes/present.ts'
import { environmentOf } from '../changes/visible-change.ts'
import type { ApiDeps } from '../deps.ts'
import { surroundingsOf } from './facts.ts'
import { presentItem, presentMergeProblem } from './present.ts'
import type * as schema from './schema.ts'

/** Changes of a pull request that its page shows. */
const MOST_CHANGES = 50

/** A pull request with all that belongs to it, as a principal may see it. */
export async function viewPullRequest(
  { context }: Pick<ApiDeps, 'context'>,
  principal: Principal,
  pullRequest: PullRequest,
): Promise<z.infer<typeof schema.PullRequestView>> {
  const { projectId, number, planned } = pullRequest
  const surroundings = await surroundingsOf({ context }, principal, [pullRequest])
  const item = presentItem(pullRequest, surroundings)
  const project = { id: projectId, name: item.project }
  const mayRead = (environment: string | undefined) =>
    permits(principal, 'read', { project: project.name, environment })
  const changes = await listChanges(context.db, {
    project: project.name,
    pullRequest: number,
    places: placesOf(principal, 'read'),
    limit: MOST_CHANGES,
  })
  const view =
    planned?.changeId === undefined ? undefined : await context.changes.view(planned.changeId)
  const unapplied = unappliedIn(view, mayRead)
  const proposals = context.proposals(project)
  const proposal = item.forge === 'git' ? await proposals.find(number) : undefined
  const comments = proposal === undefined ? [] : await proposals.comments(number)
  const commands = await context.pullRequests.commands(pullRequest)
  return {
    ...item,
    body: proposal?.body,
    plannedHead: planned?.head,
    plannedBase: planned?.base,
    plannedCommit: planned?.commit,
    mergeCommit: pullRequest.mergeCommit,
    permittedBy: permitterOf(pullRequest),
    reservations: (await reservationsOf(context, pullRequest)).filter(({ workspace }) =>
      mayRead(environmentOf(workspace)),
    ),
    // What Portolan says may be of every environment; who asked for something is answered nevertheless.
    commands: commands.map((command) => {
      const isOwn = proposal !== undefined && command.author === principal.name
      return presentCommand(command, isOwn || mayRead(undefined))
    }),
    comments: comments
      .filter(({ isPortolans }) => !isPortolans || mayRead(undefined))
      .map(presentComment),
    changes: changes.map(({ change }) => presentChange(change, project.name)),
    problemPlaces: [...pullRequest.problemPlaces],
    problemNext: pullRequest.problemNext,
    mergeProblem: presentMergeProblem(pullRequest, surroundings),
    troubles: (await listTroubles(context.db, pullRequest))
      // The status of a workspace has its name.
      .filter(({ about }) => !about.includes('@') || mayRead(environmentOf(about)))
      .map(({ about, because, since }) => ({ about, because, since: since.toISOString() })),
    may: mayDo(principal, { pullRequest, project: project.name, proposal }),
    mergeRefused: mergeRefusal({ pullRequest, unapplied }),
  }
}

/** Who permitted an earlier head has not seen this one. */
function permitterOf({ permittedBy, permittedCommit, headCommit }: PullRequest) {
  return permittedCommit === headCommit ? permittedBy : undefined
}

interface Asked {
  readonly pullRequest: PullRequest
  readonly project: string
  /** Of plain git: the conversation is here. */
  readonly proposal: Proposal | undefined
}

function mayDo(
  principal: Principal,
  { pullRequest, project, proposal }: Asked,
): z.infer<typeof schema.PullRequestView>['may'] {
  const isOpen = pullRequest.status === 'open'
  const may = (permission: Parameters<typeof permits>[1]) =>
    permitsSomewhere(principal, permission, project)
  return {
    comment: proposal !== undefined && (may('change:plan') || may('run:approve')),
    plan: isOpen && may('change:plan'),
    merge: isOpen && may('change:apply'),
    close:
      proposal !== undefined &&
      proposal.status !== 'merged' &&
      mayEdit(principal, { project, author: proposal.author }),
  }
}

async function reservationsOf(
  { db }: ApiDeps['context'],
  { id }: PullRequest,
): Promise<z.infer<typeof schema.Reservation>[]> {
  const own = await createReservationService(db).reservationsOf(id)
  return own.flatMap(({ workspace, holder, place, waiting }) =>
    holder === undefined
      ? []
      : [
          {
            workspace,
            holder: {
              number: holder.number,
              title: holder.title,
              since: holder.since.toISOString(),
            },
            place,
            waiting: waiting.map(({ number }) => number),
          },
        ],
  )
}

/** Whoever opened it may close and reword it, and whoever may apply in the project. */
export function mayEdit(
  principal: Principal,
  { project, author }: { readonly project: string; readonly author: string },
): boolean {
  const isOwn = author === principal.name && permitsSomewhere(principal, 'change:plan', project)
  return isOwn || permitsSomewhere(principal, 'change:apply', project)
}

function presentCommand(
  command: ReceivedCommand,
  withAnswer: boolean,
): z.infer<typeof schema.PullRequestCommand> {
  const { id, author, body, status, answer, commentedAt } = command
  return {
    id,
    author,
    body,
    status,
    command: command.command,
    answer: withAnswer ? answer : undefined,
    at: commentedAt.toISOString(),
  }
}

function presentComment(comment: ProposalComment): z.infer<typeof schema.PullRequestComment> {
  const { id, author, body, isPortolans, createdAt, updatedAt } = comment
  return {
    id,
    author,
    body,
    isPortolans,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

import type { Demo } from './demo.ts'
import type { Member } from './member.ts'
import { say } from './narration.ts'

const project = 'shop'

/** A pull request as the API shows it. */
export type PullRequest = Awaited<ReturnType<typeof viewOf>>

export interface Proposed {
  readonly branch: string
  readonly title: string
  readonly body: string
  change(manifest: string): string
}

/** The pull request with this title, made and planned if there is none. */
export async function proposalFor(
  demo: Demo,
  member: Member,
  { branch, title, body, change }: Proposed,
): Promise<PullRequest> {
  const found = await findProposal(demo, title)
  if (found !== undefined) return settled(member, found.number)
  await demo.repository.propose(branch, { message: title, change })
  const opened = await member.api.projects[':project']['pull-requests'].$post({
    param: { project },
    json: { branch, title, body },
  })
  const { number } = await opened.json()
  say(`  ${member.name} proposed #${number}: ${title}`)
  return settled(member, number)
}

export async function findProposal({ operator }: Demo, title: string) {
  const listed = await operator.api['pull-requests'].$get({ query: { project, limit: '200' } })
  return (await listed.json()).items.find((one) => one.title === title)
}

/** Says something in a pull request, and waits until what it asks for is done. */
export async function comment(member: Member, number: number, body: string): Promise<PullRequest> {
  await member.api.projects[':project']['pull-requests'][':number'].comments.$post({
    param: { project, number: String(number) },
    json: { body },
  })
  say(`  ${member.name} in #${number}: ${body}`)
  return settled(member, number)
}

async function viewOf(member: Member, number: number) {
  const answer = await member.api.projects[':project']['pull-requests'][':number'].$get({
    param: { project, number: String(number) },
  })
  return answer.json()
}

/** Until nobody is at work on it: planned, its commands answered, merged where all is applied. */
async function settled(member: Member, number: number): Promise<PullRequest> {
  for (;;) {
    const view = await viewOf(member, number)
    if (view.status !== 'open' || view.problem !== undefined) return view
    if (view.verdict.includes('not merged')) throw new Error(`#${number}: ${view.verdict}`)
    const isAnswered = view.commands.every(({ status }) => status !== 'received')
    const isPlanned = view.plannedHead === view.headCommit
    if (isAnswered && isPlanned && (await isAtRest(member, view))) return view
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function isAtRest(member: Member, { change }: PullRequest): Promise<boolean> {
  if (change === undefined) return true
  const answer = await member.api.changes[':id'].$get({ param: { id: String(change.id) } })
  const { working, change: now } = await answer.json()
  // What is applied is about to be merged.
  return working === undefined && now.status !== 'done'
}

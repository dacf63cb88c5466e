import { follow } from '../src/api/client/events.ts'
import type { Demo } from './demo.ts'
import type { Member } from './member.ts'
import { say } from './narration.ts'

/** A change as the API shows it. */
export type ChangeView = Awaited<ReturnType<typeof viewOf>>

export interface Wanted {
  readonly reason: string
  readonly environments?: readonly string[]
  /** Only what differs from what is deployed. */
  readonly affected?: boolean
}

/** The change with this reason, made and planned by a member if there is none. */
export async function changeFor(demo: Demo, member: Member, wanted: Wanted): Promise<ChangeView> {
  const found = await (
    await member.api.changes.$get({ query: { text: wanted.reason, limit: '5' } })
  ).json()
  const known = found.items.find((item) => item.reason === wanted.reason)
  if (known !== undefined) return settled(demo, member, known.id)
  const made = await member.api.changes.$post({
    json: {
      project: 'shop',
      reason: wanted.reason,
      select: {
        ...(wanted.environments === undefined ? {} : { environments: [...wanted.environments] }),
        affected: wanted.affected === true,
      },
    },
  })
  const { id } = await made.json()
  say(`  ${member.name} made change-${id}: ${wanted.reason}`)
  return settled(demo, member, id)
}

/** Applies a change as far as it goes. */
export async function apply(
  demo: Demo,
  member: Member,
  { id, environments }: { readonly id: number; readonly environments?: readonly string[] },
): Promise<ChangeView> {
  await member.api.changes[':id'].apply.$post({
    param: { id: String(id) },
    json: environments === undefined ? {} : { environments: [...environments] },
  })
  const view = await settled(demo, member, id)
  say(`  ${member.name} applied change-${id}: ${countsText(view)}`)
  return view
}

export async function approve(member: Member, id: number, environment: string): Promise<void> {
  const answer = await member.api.changes[':id'].approve.$post({
    param: { id: String(id) },
    json: { environments: [environment] },
  })
  const { approved } = await answer.json()
  say(`  ${member.name} approved ${approved.length} plans for ${environment}`)
}

async function viewOf(member: Member, id: number) {
  return (await member.api.changes[':id'].$get({ param: { id: String(id) } })).json()
}

/** Follows a change until no server is at work on it. */
async function settled(demo: Demo, member: Member, id: number): Promise<ChangeView> {
  const view = await viewOf(member, id)
  if (view.working === undefined) return view
  const over = new AbortController()
  const stream = follow({
    open: (lastId, signal) => {
      const after = lastId ?? String(view.lastEvent)
      const url = `${demo.url}/api/v1/changes/${id}/events?after=${encodeURIComponent(after)}`
      return fetch(url, { headers: member.headers, signal })
    },
    signal: over.signal,
    isFinal: () => false,
  })
  for await (const { data } of stream) {
    if (JSON.parse(data).event === 'end') over.abort()
  }
  // What is told at the end comes before the server has put it aside.
  for (;;) {
    const now = await viewOf(member, id)
    if (now.working === undefined) return now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** `17 applied, 5 planned` */
export function countsText({ nodes }: Pick<ChangeView, 'nodes'>): string {
  const counts = new Map<string, number>()
  for (const { result } of nodes) counts.set(result, (counts.get(result) ?? 0) + 1)
  return [...counts].map(([result, count]) => `${count} ${result}`).join(', ')
}

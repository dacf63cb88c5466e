import { api, done } from '../../../lib/api.ts'

export interface ApplyRequest {
  readonly changeId: number
  /** Undefined: as far as gates allow. */
  readonly environments: readonly string[] | undefined
  readonly retry: boolean
  /** Workspaces whose plans, as they were shown, are approved first. */
  readonly approve: readonly string[]
  readonly digests: Readonly<Record<string, string>>
  readonly override: string | undefined
  /** Each plan of an environment without a gate as it comes: who may apply there may agree to it. */
  readonly agrees: boolean
}

/** Approves what was looked at, then applies; nothing is approved that nobody has seen. */
export async function applyAsAsked(request: ApplyRequest): Promise<void> {
  const { changeId, environments, retry, approve, digests, override, agrees } = request
  const change = api.changes[':id']
  const param = { id: String(changeId) }
  const seen = approve.filter((name) => digests[name] !== undefined)
  if (seen.length > 0) {
    const reason = override === undefined ? {} : { override }
    const mine = Object.fromEntries(seen.map((name) => [name, digests[name] ?? '']))
    await done(
      change.approve.$post({ param, json: { workspaces: seen, digests: mine, ...reason } }),
    )
  }
  const where = environments === undefined ? {} : { environments: [...environments] }
  await done(
    change.apply.$post({ param, json: { ...where, approve: agrees ? 'planned' : 'none', retry } }),
  )
}

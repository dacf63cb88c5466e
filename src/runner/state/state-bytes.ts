import { z } from 'zod'

const StateJson = z.object({
  lineage: z.string(),
  serial: z.number().int(),
  resources: z
    .array(z.object({ instances: z.array(z.unknown()).optional() }))
    .nullish()
    .catch(undefined),
})

/** What the runner must know of a state to tell a newer one from an older one. */
export interface StateMark {
  readonly lineage: string
  readonly serial: number
  readonly instances: number
}

/** Reads a complete state; undefined for one that is torn, empty or no state. */
export function markOf(bytes: Buffer): StateMark | undefined {
  try {
    const parsed = StateJson.safeParse(JSON.parse(bytes.toString('utf8')))
    if (!parsed.success) return undefined
    const { lineage, serial, resources } = parsed.data
    const instances = (resources ?? []).reduce((sum, one) => sum + (one.instances?.length ?? 0), 0)
    return { lineage, serial, instances }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** True when `mark` is a state that came after `before`. */
export function isNewer(mark: StateMark, before: StateMark | undefined): boolean {
  return before === undefined || mark.lineage !== before.lineage || mark.serial > before.serial
}

import type { Resource } from '../../lib/types.ts'

export interface Neighbours {
  /** What it was made from. */
  readonly needs: readonly string[]
  /** What was made from it. */
  readonly neededBy: readonly string[]
}

/**
 * What a resource depends on and what depends on it, by addresses that are in the state. A dependency names a
 * resource as a whole: all of its instances are meant.
 */
export function neighboursOf(resource: Resource, all: readonly Resource[]): Neighbours {
  const own = configAddress(resource.address)
  const wanted = new Set(resource.dependencies)
  const byAddress = (match: (one: Resource) => boolean) => [
    ...new Set(all.filter((one) => one !== resource && match(one)).map(({ address }) => address)),
  ]
  return {
    needs: byAddress((one) => wanted.has(one.address) || wanted.has(configAddress(one.address))),
    neededBy: byAddress((one) =>
      one.dependencies.some((address) => address === own || address === resource.address),
    ),
  }
}

/** An address without keys: `module.a["x"].b.c[0]` → `module.a.b.c`. */
export function configAddress(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '')
}

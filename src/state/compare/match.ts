import type { ResourceInstance } from '../format/parsed-state.ts'
import { canonicalText, equalValues } from '../format/value.ts'

export type Taint = 'tainted' | 'untainted'

/** An instance that differs between two states, with both of its sides where it has them. */
export type InstanceMatch =
  | {
      readonly kind: 'added'
      readonly before: undefined
      readonly after: ResourceInstance
      readonly taint: undefined
    }
  | {
      readonly kind: 'removed'
      readonly before: ResourceInstance
      readonly after: undefined
      readonly taint: undefined
    }
  | {
      /** The first of these that is true of it. */
      readonly kind: 'moved' | 'updated' | 'taint' | 'schema' | 'folded'
      readonly before: ResourceInstance
      readonly after: ResourceInstance
      readonly taint: Taint | undefined
    }

/** What differs between two lists of instances, in the order of the later one, removed ones last. */
export function matchInstances(
  before: readonly ResourceInstance[],
  after: readonly ResourceInstance[],
): InstanceMatch[] {
  const earlier = new Map(before.map((instance) => [instance.key, instance]))
  const matches: InstanceMatch[] = []
  const added: ResourceInstance[] = []
  for (const instance of after) {
    const previous = earlier.get(instance.key)
    earlier.delete(instance.key)
    if (previous === undefined) added.push(instance)
    else matches.push(...compare(previous, instance))
  }
  return [...matches, ...findMoves([...earlier.values()], added)]
}

function compare(before: ResourceInstance, after: ResourceInstance): InstanceMatch[] {
  const taint = taintOf(before, after)
  const pair = { before, after, taint }
  if (before.provider !== after.provider || !equalValues(before.attributes, after.attributes)) {
    return [{ kind: 'updated', ...pair }]
  }
  if (taint !== undefined) return [{ kind: 'taint', ...pair }]
  if (before.schemaVersion !== after.schemaVersion) return [{ kind: 'schema', ...pair }]
  const isSame =
    equalValues(before.hidden, after.hidden) && equalValues(before.dependencies, after.dependencies)
  return isSame ? [] : [{ kind: 'folded', ...pair }]
}

function taintOf(before: ResourceInstance, after: ResourceInstance): Taint | undefined {
  if (before.tainted === after.tainted) return undefined
  return after.tainted ? 'tainted' : 'untainted'
}

/** A removed and an added instance with the same type, provider and attributes are one that moved. */
function findMoves(
  removed: readonly ResourceInstance[],
  added: readonly ResourceInstance[],
): InstanceMatch[] {
  const leaving = new Map<string, ResourceInstance[]>()
  if (added.length > 0) {
    for (const instance of removed.filter(canMove)) {
      const print = fingerprint(instance)
      leaving.set(print, [...(leaving.get(print) ?? []), instance])
    }
  }
  const moved = new Set<ResourceInstance>()
  const arrived = added.map((after): InstanceMatch => {
    const before =
      leaving.size > 0 && canMove(after) ? leaving.get(fingerprint(after))?.shift() : undefined
    if (before === undefined) return { kind: 'added', before, after, taint: undefined }
    moved.add(before)
    return { kind: 'moved', before, after, taint: taintOf(before, after) }
  })
  const gone = removed
    .filter((instance) => !moved.has(instance))
    .map(
      (before): InstanceMatch => ({ kind: 'removed', before, after: undefined, taint: undefined }),
    )
  return [...arrived, ...gone]
}

function canMove(instance: ResourceInstance): boolean {
  return instance.mode === 'managed' && instance.attributes !== null
}

function fingerprint({ type, provider, attributes }: ResourceInstance): string {
  return `${type}\n${provider}\n${canonicalText(attributes)}`
}

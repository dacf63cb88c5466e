import type { z } from 'zod'
import type { MapNode, Node, Position } from '../node.ts'
import type { Problem } from '../problem.ts'
import { nodeAt, plainOf } from './access.ts'
import { type Breach, breachesOf, type Subject } from './issues.ts'

/** A map with what breaks its schema taken out, so that the rest of it can be looked at. */
export interface Shaped {
  readonly node: MapNode
  readonly problems: readonly Problem[]
}

/**
 * Checks a map against its schema. What is wrong is told and left out, or replaced by `standIn`, until
 * the rest is right: further checks then see everything that is right, and nothing that is told already.
 */
export function checkShape(
  schema: z.ZodType,
  source: Node,
  subject: Subject,
  standIn: (path: readonly PropertyKey[]) => string | undefined = () => undefined,
): Shaped {
  const problems: Problem[] = []
  let node = source
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const result = schema.safeParse(plainOf(node))
    if (result.success && node.kind === 'map') return { node, problems }
    const breaches = breachesOf(result.error?.issues ?? [], node, subject)
    if (attempt === 0) problems.push(...breaches.map((breach) => breach.problem))
    // A key that is missing leaves the others as they are.
    const isComplete = breaches.every(({ is, path }) => is === 'missing' && path.length === 1)
    if (isComplete && node.kind === 'map') return { node, problems }
    node = repair(node, breaches, standIn)
  }
  return { node: emptyMap(source.at), problems }
}

function repair(
  node: Node,
  breaches: readonly Breach[],
  standIn: (path: readonly PropertyKey[]) => string | undefined,
): Node {
  const replaced = new Map<Node, Node | undefined>()
  for (const { path, is } of breaches) {
    const text = is === 'unknown' ? undefined : standIn(path)
    // What is missing takes with it what it is missing from.
    const target = nodeAt(node, path) ?? nodeAt(node, path.slice(0, -1))
    if (target === undefined || target === node) continue
    const other: Node | undefined =
      text === undefined ? undefined : { kind: 'scalar', value: text, at: target.at }
    replaced.set(target, other)
  }
  return replace(node, replaced) ?? node
}

function replace(node: Node, others: ReadonlyMap<Node, Node | undefined>): Node | undefined {
  if (others.has(node)) return others.get(node)
  if (node.kind === 'scalar') return node
  if (node.kind === 'list') {
    const items = node.items.flatMap((item) => replace(item, others) ?? [])
    return { ...node, items }
  }
  const entries = node.entries.flatMap((entry) => {
    const value = replace(entry.value, others)
    return value === undefined ? [] : [{ ...entry, value }]
  })
  return { ...node, entries }
}

function emptyMap(at: Position): MapNode {
  return { kind: 'map', entries: [], at }
}

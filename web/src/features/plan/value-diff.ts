import { type DiffNode, mask, type Shown, type Sign } from './diff-node.ts'
import { parseExactJson } from './exact-json.ts'
import { diffSequences, type Stretch } from './sequence-diff.ts'
import { signOf, textNode } from './text-diff.ts'
import { canonical, isEqual, isList, isObject, member, objectIn } from './value.ts'

/** A value of a plan on both sides, with what Terraform says of its parts. */
export interface ValuePair {
  readonly before: unknown
  readonly after: unknown
  readonly unknown: unknown
  readonly sensitiveBefore: unknown
  readonly sensitiveAfter: unknown
  /** Paths below this value whose change forces a replacement. */
  readonly forcing: readonly (readonly (string | number)[])[]
}

const DEEPEST = 60

/** Compares the two sides of a value; null and absent are the same, as they are for Terraform. */
export function diffValues(pair: ValuePair, depth = 0): DiffNode {
  const before = pair.before ?? undefined
  const after = pair.after ?? undefined
  const forces = pair.forcing.some((path) => path.length === 0)
  if (isSensitive(pair)) return sensitiveNode(pair, forces)
  if (pair.unknown === true) return unknownNode({ ...pair, before }, forces, depth)
  const isDeep = depth >= DEEPEST
  const tree = hasUnknown(pair.unknown) ? pair.unknown : undefined
  if (isObject(before ?? after ?? tree) && isObject(after ?? before ?? tree) && !isDeep) {
    return objectNode({ ...pair, before, after }, forces, depth)
  }
  if (isList(before ?? after ?? tree) && isList(after ?? before ?? tree) && !isDeep) {
    return listNode({ ...pair, before, after }, forces, depth)
  }
  const sides = {
    before: shown(masked(before, pair.sensitiveBefore)),
    after: shown(masked(after, pair.sensitiveAfter)),
  }
  if (isEqual(before, after)) return { kind: 'leaf', sign: ' ', forces: false, ...sides }
  const nested = jsonNode(before, after, depth) ?? textNode(before, after)
  if (nested) return { ...nested, forces }
  return { kind: 'leaf', sign: signOf(before, after), forces, ...sides }
}

/** A value that is shown whole, without what is marked in it. */
function masked(value: unknown, marks: unknown): unknown {
  if (marks === true) return mask
  if (isList(value)) return value.map((item, index) => masked(item, member(marks, index)))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, masked(item, member(marks, key))]),
  )
}

function isSensitive(pair: ValuePair): boolean {
  if (pair.sensitiveBefore === true || pair.sensitiveAfter === true) return true
  return pair.before === mask || pair.after === mask
}

function sensitiveNode(pair: ValuePair, forces: boolean): DiffNode {
  const side = (value: unknown): Shown =>
    value === undefined || value === null ? { kind: 'absent' } : { kind: 'sensitive' }
  const before = side(pair.before)
  const after: Shown = pair.unknown === true ? { kind: 'unknown' } : side(pair.after)
  const [was, is] = [before.kind === 'sensitive', after.kind !== 'absent']
  if (!was && !is) return { kind: 'leaf', sign: ' ', forces: false, before, after }
  if (was && after.kind === 'sensitive' && !forces) {
    const isMasked = pair.before === mask && pair.after === mask
    if (isMasked) return { kind: 'hidden', sign: ' ', forces: false }
    if (isEqual(pair.before, pair.after)) {
      return { kind: 'leaf', sign: ' ', forces: false, before, after }
    }
  }
  return { kind: 'leaf', sign: was && is ? '~' : is ? '+' : '-', forces, before, after }
}

/** What becomes unknown loses every part that it had. */
function unknownNode(pair: ValuePair, forces: boolean, depth: number): DiffNode {
  const { before, sensitiveBefore } = pair
  const after: Shown = { kind: 'unknown' }
  if (isObject(before) || isList(before)) {
    const gone = diffValues({ ...nothingKnown, before, after: undefined, sensitiveBefore }, depth)
    if (gone.kind === 'object' || gone.kind === 'list') return { ...gone, sign: '~', forces, after }
  }
  return {
    kind: 'leaf',
    sign: before === undefined ? '+' : '~',
    forces,
    before: shown(masked(before, sensitiveBefore)),
    after,
  }
}

const nothingKnown = {
  unknown: undefined,
  sensitiveBefore: undefined,
  sensitiveAfter: undefined,
  forcing: [],
}

function objectNode(pair: ValuePair, forces: boolean, depth: number): DiffNode {
  const keys = new Set([
    ...Object.keys(objectIn(pair.before)),
    ...Object.keys(objectIn(pair.after)),
    ...unknownKeys(pair.unknown),
  ])
  const entries = [...keys].sort().flatMap((key) => {
    const node = diffValues(below(pair, key, key), depth + 1)
    return isNothing(node) ? [] : [{ key, node }]
  })
  return {
    kind: 'object',
    sign: groupSign(
      pair,
      entries.map(({ node }) => node),
    ),
    forces,
    entries,
  }
}

/** Of an object, the members that have anything unknown in them. */
function unknownKeys(unknown: unknown): string[] {
  return Object.entries(objectIn(unknown)).flatMap(([key, value]) =>
    value === true || isObject(value) || isList(value) ? [key] : [],
  )
}

/** A member that is null on both sides, or not there. */
function isNothing(node: DiffNode): boolean {
  return node.kind === 'leaf' && node.before.kind === 'absent' && node.after.kind === 'absent'
}

function groupSign({ before, after, unknown }: ValuePair, nodes: readonly DiffNode[]): Sign {
  if (before === undefined) return after === undefined && !hasUnknown(unknown) ? ' ' : '+'
  if (after === undefined && !hasUnknown(unknown)) return '-'
  return nodes.every((node) => node.sign === ' ') ? ' ' : '~'
}

function hasUnknown(unknown: unknown): boolean {
  if (unknown === true) return true
  if (isList(unknown)) return unknown.some(hasUnknown)
  return isObject(unknown) && Object.values(unknown).some(hasUnknown)
}

function below(pair: ValuePair, beforeKey: string | number, afterKey: string | number): ValuePair {
  return {
    before: member(pair.before, beforeKey),
    after: member(pair.after, afterKey),
    unknown: member(pair.unknown, afterKey),
    sensitiveBefore: pair.sensitiveBefore === true || member(pair.sensitiveBefore, beforeKey),
    sensitiveAfter: pair.sensitiveAfter === true || member(pair.sensitiveAfter, afterKey),
    forcing: pair.forcing.flatMap(([first, ...rest]) => (first === afterKey ? [rest] : [])),
  }
}

function listNode(pair: ValuePair, forces: boolean, depth: number): DiffNode {
  const before = isList(pair.before) ? pair.before : []
  const known = isList(pair.after) ? pair.after : []
  const length = Math.max(known.length, isList(pair.unknown) ? pair.unknown.length : 0)
  const after = Array.from({ length }, (_, index) => known[index])
  const stretches = diffSequences(
    before.map((item, index) => elementKey(item, undefined, member(pair.sensitiveBefore, index))),
    after.map((item, index) =>
      elementKey(item, member(pair.unknown, index), member(pair.sensitiveAfter, index)),
    ),
  )
  const element = (b: number | undefined, a: number | undefined) =>
    elementNode(below(pair, b ?? -1, a ?? -1), { b, a }, depth + 1)
  const items = stretches.flatMap((stretch) => {
    if (stretch.kind === 'same') {
      return Array.from({ length: stretch.length }, (_, index) =>
        element(stretch.before + index, stretch.after + index),
      )
    }
    return paired(stretch, before, after).map(([b, a]) => element(b, a))
  })
  return { kind: 'list', sign: groupSign(pair, items), forces, items }
}

/** An element that is null is there all the same. */
function elementNode(
  pair: ValuePair,
  { b, a }: { readonly b: number | undefined; readonly a: number | undefined },
  depth: number,
): DiffNode {
  const node = diffValues(pair, depth)
  if (node.kind !== 'leaf') return node
  const there = (side: Shown, index: number | undefined): Shown =>
    side.kind === 'absent' && index !== undefined ? { kind: 'value', value: null } : side
  const before = there(node.before, b)
  const after = there(node.after, a)
  if (node.sign !== ' ') {
    const [was, is] = [before.kind !== 'absent', after.kind !== 'absent']
    return { ...node, sign: was && is ? '~' : is ? '+' : '-', before, after }
  }
  return { ...node, sign: b === undefined ? '+' : a === undefined ? '-' : ' ', before, after }
}

function elementKey(value: unknown, unknown: unknown, sensitive: unknown): string {
  const isKnown = unknown === undefined || !hasUnknown(unknown)
  const marks = sensitive === undefined || sensitive === false ? '' : canonical(sensitive)
  return `${isKnown ? canonical(value) : `?${canonical(unknown)}${canonical(value)}`} ${marks}`
}

type Places = readonly [before: number | undefined, after: number | undefined]

/** Of a stretch that changed: the first with the first, and so on; what does not fit stands alone. */
function paired(
  { before, after }: Extract<Stretch, { readonly kind: 'changed' }>,
  was: readonly unknown[],
  is: readonly unknown[],
): Places[] {
  const length = Math.max(before[1] - before[0], after[1] - after[0])
  return Array.from({ length }, (_, index) => index).flatMap((index): Places[] => {
    const b = before[0] + index < before[1] ? before[0] + index : undefined
    const a = after[0] + index < after[1] ? after[0] + index : undefined
    if (b === undefined || a === undefined) return [[b, a]]
    const fits = shapeOf(was[b]) === shapeOf(is[a]) && shapeOf(was[b]) !== 'nothing'
    return fits
      ? [[b, a]]
      : [
          [b, undefined],
          [undefined, a],
        ]
  })
}

function shapeOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  return isList(value) ? 'list' : isObject(value) ? 'object' : 'plain'
}

/** Texts that are JSON objects or lists are compared as what they mean. */
function jsonNode(before: unknown, after: unknown, depth: number): DiffNode | undefined {
  const [was, is] = [before, after].map((side) => (side === undefined ? undefined : parsed(side)))
  if (was === null || is === null || (was === undefined && is === undefined)) return undefined
  const node = diffValues({ ...nothingKnown, before: was, after: is }, depth + 1)
  return { kind: 'json', sign: signOf(before, after), forces: false, node }
}

/** The JSON in a text; null when it is none, or only a plain value. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return null
  try {
    const value = parseExactJson(text)
    return isObject(value) || isList(value) ? value : null
  } catch {
    return null
  }
}

function shown(value: unknown): Shown {
  return value === undefined || value === null ? { kind: 'absent' } : { kind: 'value', value }
}

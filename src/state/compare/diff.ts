import { mask as masked } from '../../secrets/index.ts'
import { createMask, type Mask, maskId, maskValue, sensitiveValues } from '../format/mask.ts'
import type { Output, ParsedState } from '../format/parsed-state.ts'
import { equalValues, type Value } from '../format/value.ts'
import { type AttributeChange, attributeChanges } from './attribute-changes.ts'
import { type InstanceMatch, matchInstances, type Taint } from './match.ts'

/** One instance that differs between two states. Nothing in it is secret. */
export interface ResourceChange {
  /** `schema`: only a provider upgrade rewrote it. `folded`: only private data or dependencies differ. */
  readonly kind: InstanceMatch['kind']
  readonly address: string
  /** Where it was, if it moved. */
  readonly previousAddress: string | undefined
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly provider: string
  readonly id: string | undefined
  readonly taint: Taint | undefined
  readonly schema: { readonly from: number; readonly to: number } | undefined
  /** Of an update: each value that differs. */
  readonly attributes: readonly AttributeChange[]
}

export interface OutputChange {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly name: string
  readonly sensitive: boolean
  readonly before: Value | undefined
  readonly after: Value | undefined
}

export interface StateDiff {
  readonly resources: readonly ResourceChange[]
  readonly outputs: readonly OutputChange[]
  readonly lineageChanged: boolean
  /** Why nothing can be compared, as a sentence; undefined when it can. */
  readonly hidden: string | undefined
}

/**
 * What changed from one state to another, by address; sensitive values of either are masked in both.
 * `before` is undefined for the first state. `known` are further values to hide.
 */
export function diffStates(
  before: ParsedState | undefined,
  after: ParsedState,
  known: Iterable<string> = [],
): StateDiff {
  const hidden = before?.hidden ?? after.hidden
  const lineageChanged = before !== undefined && before.lineage !== after.lineage
  if (hidden !== undefined) return { resources: [], outputs: [], lineageChanged, hidden }
  const mask = createMask([
    ...(before ? sensitiveValues(before) : []),
    ...sensitiveValues(after),
    ...known,
  ])
  return {
    resources: matchInstances(before?.resources ?? [], after.resources).map((match) =>
      toChange(match, mask),
    ),
    outputs: changedOutputs(before?.outputs ?? [], after.outputs).map(([from, to]) =>
      toOutputChange(from, to, mask),
    ),
    lineageChanged,
    hidden: undefined,
  }
}

/** Outputs that differ, as pairs; one side is undefined for an added or removed one. */
export function changedOutputs(
  before: readonly Output[],
  after: readonly Output[],
): (readonly [Output | undefined, Output | undefined])[] {
  const earlier = new Map(before.map((output) => [output.name, output]))
  const later = new Set(after.map(({ name }) => name))
  const changed = after
    .map((output) => [earlier.get(output.name), output] as const)
    .filter(([from, to]) => from === undefined || !equalOutputs(from, to))
  const removed = before.filter(({ name }) => !later.has(name))
  return [...changed, ...removed.map((output) => [output, undefined] as const)]
}

function equalOutputs(a: Output, b: Output): boolean {
  return a.sensitive === b.sensitive && equalValues(a.value, b.value) && equalValues(a.type, b.type)
}

function toChange(match: InstanceMatch, mask: Mask): ResourceChange {
  const { kind, taint, before, after } = match
  const shown = after ?? before
  const upgraded = before && after && before.schemaVersion !== after.schemaVersion
  return {
    kind,
    taint,
    address: mask(shown.address),
    previousAddress: kind === 'moved' ? mask(before.address) : undefined,
    mode: shown.mode,
    type: shown.type,
    provider: shown.provider,
    id: maskId(shown, mask),
    schema: upgraded ? { from: before.schemaVersion, to: after.schemaVersion } : undefined,
    attributes: kind === 'updated' ? attributeChanges(before, after, mask) : [],
  }
}

function toOutputChange(
  before: Output | undefined,
  after: Output | undefined,
  mask: Mask,
): OutputChange {
  const sensitive = before?.sensitive === true || after?.sensitive === true
  const show = (output: Output | undefined): Value | undefined => {
    if (output === undefined) return undefined
    return sensitive ? masked : maskValue(output.value, [], mask)
  }
  return {
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    name: mask(after?.name ?? before?.name ?? ''),
    sensitive,
    before: show(before),
    after: show(after),
  }
}

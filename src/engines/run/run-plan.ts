import type { Value } from '../../platform/value.ts'
import { valueJson } from '../../platform/value-json.ts'
import { type RunRecord, type RunSubject, recordDigest, runAddress } from './run-record.ts'
import type { DeclaredOutput } from './written-outputs.ts'

/** What planning a `run` component decides. */
export type RunDecision =
  | { readonly action: 'no-op'; readonly because: string }
  | { readonly action: 'create' | 'update' | 'delete'; readonly because: readonly string[] }

/** What is wanted beside the command itself. */
export interface RunWish {
  readonly operation: 'apply' | 'destroy' | 'refresh'
  readonly once: boolean
  readonly force: boolean
  /** The last run did not end well. */
  readonly unfinished: boolean
}

/** Decides whether a command has to run, and why, in words that name no values. */
export function decideRun(
  subject: RunSubject,
  record: RunRecord | undefined,
  wish: RunWish,
): RunDecision {
  const recorded = record?.attributes
  if (wish.operation === 'refresh') {
    return { action: 'no-op', because: 'there is nothing that could be looked at again' }
  }
  if (record === undefined || recorded === undefined) {
    if (wish.operation === 'destroy') return { action: 'no-op', because: 'it never ran here' }
    return { action: 'create', because: ['it never ran here'] }
  }
  if (wish.operation === 'destroy') return { action: 'delete', because: ['it ran here'] }
  const because = [
    ...(wish.force ? ['it is forced'] : []),
    ...(wish.unfinished ? ['the last run did not end well'] : []),
    ...(wish.once ? [] : differences(subject, record)),
  ]
  if (because.length > 0) return { action: 'update', because }
  const why = wish.once
    ? `it runs once, and did so at ${recorded.ran_at}`
    : `command, files and inputs are as they were when it ran at ${recorded.ran_at}`
  return { action: 'no-op', because: why }
}

function differences(subject: RunSubject, { attributes, lineage }: RunRecord): string[] {
  if (attributes === undefined) return []
  const found: string[] = []
  if (recordDigest(lineage, subject.command) !== attributes.command_digest) {
    found.push('its command changed')
  }
  if (subject.source !== attributes.source) found.push('its files changed')
  return [...found, ...changedInputs(subject, { attributes, lineage }).map(inputChange)]
}

function inputChange({ name, how }: ChangedInput): string {
  return {
    added: `input ${name} is new`,
    removed: `input ${name} is gone`,
    changed: `input ${name} changed`,
  }[how]
}

export interface ChangedInput {
  readonly name: string
  readonly how: 'added' | 'removed' | 'changed'
}

/** The inputs that are not as they were, by name. */
export function changedInputs(
  subject: Pick<RunSubject, 'inputs'>,
  { attributes, lineage }: Pick<RunRecord, 'attributes' | 'lineage'>,
): readonly ChangedInput[] {
  const before = attributes?.input_digests ?? {}
  const names = new Set([...Object.keys(subject.inputs), ...Object.keys(before)])
  return [...names].sort().flatMap((name) => {
    const value = subject.inputs[name]
    const digest = before[name]
    if (value === undefined) return { name, how: 'removed' as const }
    if (digest === undefined) return { name, how: 'added' as const }
    return recordDigest(lineage, value) === digest ? [] : { name, how: 'changed' as const }
  })
}

export interface RunPlanParts {
  readonly subject: RunSubject
  readonly record: RunRecord | undefined
  readonly decision: RunDecision
  /** Names of the inputs whose values must not be shown. */
  readonly secretInputs: ReadonlySet<string>
  readonly declared: ReadonlyMap<string, DeclaredOutput>
}

/** The plan as Terraform's plan JSON (format 1.2), in clear text, with everything secret marked. */
export function runPlanJson(parts: RunPlanParts): string {
  const { decision } = parts
  const plan: Value = {
    format_version: '1.2',
    applyable: decision.action !== 'no-op',
    complete: true,
    errored: false,
    resource_changes: [
      {
        address: runAddress,
        mode: 'managed',
        type: 'portolan_run',
        name: 'job',
        provider_name: 'portolan.local/portolan/run',
        change: resourceChange(parts),
      },
    ],
    output_changes: outputChanges(parts),
  }
  return valueJson(plan)
}

function resourceChange({ subject, record, decision, secretInputs }: RunPlanParts): Value {
  const recorded = record?.attributes
  const before = recorded
    ? {
        command: recorded.command,
        source: recorded.source,
        inputs: recorded.inputs,
        ran_at: recorded.ran_at,
      }
    : null
  const sensitive = Object.fromEntries([...secretInputs].map((name) => [name, true]))
  const base = { actions: [decision.action], before, before_sensitive: {} }
  if (decision.action === 'delete') {
    return { ...base, after: null, after_unknown: {}, after_sensitive: {} }
  }
  if (decision.action === 'no-op') {
    return { ...base, after: before, after_unknown: {}, after_sensitive: {} }
  }
  return {
    ...base,
    after: { command: subject.command, source: subject.source, inputs: subject.inputs },
    after_unknown: { ran_at: true },
    after_sensitive: { inputs: sensitive },
  }
}

function outputChanges({ record, decision, declared }: RunPlanParts): Value {
  const recorded = record?.outputs ?? {}
  // What is not declared may be anything; as far as it is recorded it will probably come again.
  const wanted = declared.size > 0 ? [...declared.keys()] : Object.keys(recorded)
  const names =
    decision.action === 'no-op' || decision.action === 'delete' ? Object.keys(recorded) : wanted
  const gone = Object.keys(recorded).filter((name) => !names.includes(name))
  return Object.fromEntries(
    [...names, ...gone].map((name) => {
      const before = recorded[name]
      const sensitive = declared.get(name)?.sensitive ?? before?.sensitive ?? false
      const marks = { before_sensitive: sensitive, after_sensitive: sensitive }
      const base = { before: before?.value ?? null, after_unknown: false, ...marks }
      if (decision.action === 'no-op') {
        return [name, { ...base, actions: ['no-op'], after: base.before }]
      }
      if (decision.action === 'delete' || gone.includes(name)) {
        return [name, { ...base, actions: ['delete'], after: null }]
      }
      const action = before === undefined ? 'create' : 'update'
      return [name, { ...base, actions: [action], after_unknown: true }]
    }),
  )
}

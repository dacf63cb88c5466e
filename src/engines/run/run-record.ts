import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Value } from '../../platform/value.ts'
import { isList, parseValue, valueJson } from '../../platform/value-json.ts'
import type { RunOutput } from './written-outputs.ts'

/** The one resource of a `run` component. */
export const runAddress = 'portolan_run.job'

/** What makes a command the same command: run again, it would do the same. */
export interface RunSubject {
  readonly command: string
  /** sha256 over the component's files. */
  readonly source: string
  /** The inputs as environment variables. */
  readonly inputs: Readonly<Record<string, string>>
}

const RunAttributes = z.object({
  /** The command and the inputs as they may be shown; secrets are masked. */
  command: z.string(),
  source: z.string(),
  inputs: z.record(z.string(), z.string()),
  /** Hashes of what they really were. */
  command_digest: z.string(),
  input_digests: z.record(z.string(), z.string()),
  ran_at: z.string(),
})
export type RunAttributes = z.infer<typeof RunAttributes>

const StoredOutput = z.object({ value: z.unknown(), sensitive: z.boolean().optional() })

const RunState = z.object({
  serial: z.number().int(),
  lineage: z.string(),
  outputs: z.record(z.string(), StoredOutput).optional(),
  resources: z
    .array(
      z.object({
        type: z.string(),
        name: z.string(),
        instances: z.array(z.object({ attributes: RunAttributes })),
      }),
    )
    .optional(),
})

/** What is recorded of a `run` component. */
export interface RunRecord {
  readonly serial: number
  readonly lineage: string
  /** Undefined when the command never ran well, or its record was destroyed. */
  readonly attributes: RunAttributes | undefined
  readonly outputs: Readonly<Record<string, RunOutput>>
}

/** Reads a state that {@link runState} made; undefined for any other. */
export function readRunRecord(state: Buffer): RunRecord | undefined {
  const parsed = RunState.safeParse(parseJson(state.toString('utf8')))
  if (!parsed.success) return undefined
  const { serial, lineage, outputs = {}, resources = [] } = parsed.data
  const job = resources.find(({ type, name }) => `${type}.${name}` === runAddress)
  return {
    serial,
    lineage,
    attributes: job?.instances[0]?.attributes,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value, sensitive = false }]) => [
        name,
        { value: toValue(value), sensitive },
      ]),
    ),
  }
}

/** The state that comes after another, with what ran, or without it once its record is destroyed. */
export function runState(
  before: Pick<RunRecord, 'serial' | 'lineage'>,
  attributes: RunAttributes | undefined,
  outputs: Readonly<Record<string, RunOutput>>,
): Buffer {
  const instances = attributes && [
    { schema_version: 0, attributes: { ...attributes }, sensitive_attributes: [] },
  ]
  const resource = instances && {
    mode: 'managed',
    type: 'portolan_run',
    name: 'job',
    provider: 'provider["portolan.local/portolan/run"]',
    instances,
  }
  const state: Value = {
    version: 4,
    serial: before.serial + 1,
    lineage: before.lineage,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value, sensitive }]) => [
        name,
        { value, type: typeOf(value), ...(sensitive ? { sensitive } : {}) },
      ]),
    ),
    resources: resource === undefined ? [] : [resource],
    check_results: null,
  }
  return Buffer.from(`${valueJson(state)}\n`)
}

/** A hash of a text that reveals nothing to who does not know the salt. */
export function recordDigest(salt: string, text: string): string {
  return createHash('sha256').update(`${salt}\n${text}`).digest('hex')
}

/** A value's type as a state names it. */
function typeOf(value: Value): Value {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number' || typeof value === 'bigint') return 'number'
  if (typeof value === 'boolean') return 'bool'
  if (value === null) return 'dynamic'
  if (isList(value)) return ['tuple', value.map(typeOf)]
  const members = Object.entries(value).map(([key, member]) => [key, typeOf(member)])
  return ['object', Object.fromEntries(members)]
}

function toValue(value: unknown): Value {
  if (typeof value !== 'object' || value === null) return isScalar(value) ? value : null
  if (Array.isArray(value)) return value.map(toValue)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toValue(member)]))
}

function isScalar(value: unknown): value is Exclude<Value, object> {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}

function parseJson(text: string): unknown {
  try {
    return parseValue(text)
  } catch {
    return undefined
  }
}

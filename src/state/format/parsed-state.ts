import { invalid } from '../../platform/errors.ts'
import { inspectState } from './header.ts'
import { instanceAddress, instanceKey } from './instance-address.ts'
import { readSensitivePaths, type SensitivePath } from './sensitive-path.ts'
import {
  isList,
  isObject,
  member,
  type ObjectValue,
  objectOf,
  parseValue,
  type Value,
} from './value.ts'

/** One instance of a resource or data source, as a state holds it. */
export interface ResourceInstance {
  /** `module.a["x"].aws_vpc.main[0]`; of a deposed object with ` (deposed 1a2b3c4d)` behind. */
  readonly address: string
  /** Tells instances of one state apart: address and deposed key. */
  readonly key: string
  readonly module: string | undefined
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  readonly index: string | number | undefined
  readonly deposed: string | undefined
  /** `provider["registry.terraform.io/hashicorp/aws"]` */
  readonly provider: string
  /** The attribute `id`, if it is text or a number. */
  readonly id: string | undefined
  readonly tainted: boolean
  readonly schemaVersion: number
  readonly attributes: Value
  readonly sensitivePaths: readonly SensitivePath[]
  readonly dependencies: readonly string[]
  /** Everything else of the instance (`private`, `identity`, …): compared, never shown. */
  readonly hidden: ObjectValue
}

export interface Output {
  readonly name: string
  readonly value: Value
  readonly type: Value
  readonly sensitive: boolean
}

/** A state as people see it. Its values are in clear text until `maskState`. */
export interface ParsedState {
  readonly serial: number
  readonly lineage: string
  readonly terraformVersion: string | undefined
  readonly resources: readonly ResourceInstance[]
  readonly outputs: readonly Output[]
  /** Why resources and outputs cannot be shown, as a sentence; undefined when they can. */
  readonly hidden: string | undefined
}

const ENCRYPTED =
  'the state is encrypted by OpenTofu: Portolan knows its serial and lineage and nothing of its content'

/**
 * Reads a state for showing it. Blocks: 50 MB take about half a second.
 * @throws AppError `invalid` when the bytes are no state
 */
export function parseState(bytes: Buffer): ParsedState {
  const inspection = inspectState(bytes)
  if (inspection.kind === 'malformed') {
    throw invalid(`this is no state that can be read: ${inspection.reason}`)
  }
  const { serial, lineage, terraformVersion, encrypted, exactNumbers } = inspection.header
  const head = { serial, lineage, terraformVersion }
  if (encrypted) return { ...head, resources: [], outputs: [], hidden: ENCRYPTED }
  const state = parseValue(bytes.toString('utf8'), exactNumbers)
  return {
    ...head,
    resources: listOf(member(state, 'resources')).flatMap(readResource),
    outputs: readOutputs(member(state, 'outputs')),
    hidden: undefined,
  }
}

function readOutputs(outputs: Value | undefined): Output[] {
  if (!isObject(outputs)) return []
  return Object.entries(outputs).map(([name, output]) => ({
    name,
    value: member(output, 'value') ?? null,
    type: member(output, 'type') ?? null,
    sensitive: (member(output, 'sensitive') ?? false) !== false,
  }))
}

const SHOWN = new Set([
  'index_key',
  'status',
  'deposed',
  'schema_version',
  'attributes',
  'attributes_flat',
  'sensitive_attributes',
  'dependencies',
  'depends_on',
])

function readResource(resource: Value): ResourceInstance[] {
  const mode = member(resource, 'mode') === 'data' ? 'data' : 'managed'
  const parts = {
    module: textOf(member(resource, 'module')),
    mode,
    type: textOf(member(resource, 'type')) ?? '',
    name: textOf(member(resource, 'name')) ?? '',
  } as const
  const provider = textOf(member(resource, 'provider')) ?? ''
  return listOf(member(resource, 'instances')).map((instance) => {
    const place = {
      ...parts,
      index: indexOf(instance),
      deposed: textOf(member(instance, 'deposed')),
    }
    const attributes = member(instance, 'attributes') ?? member(instance, 'attributes_flat') ?? null
    return {
      ...place,
      address: instanceAddress(place),
      key: instanceKey(place),
      provider: textOf(member(instance, 'provider')) ?? provider,
      id: idOf(attributes),
      tainted: member(instance, 'status') === 'tainted',
      schemaVersion: numberOf(member(instance, 'schema_version')),
      attributes,
      sensitivePaths: readSensitivePaths(member(instance, 'sensitive_attributes')),
      dependencies: listOf(member(instance, 'dependencies')).flatMap((name) => textOf(name) ?? []),
      hidden: isObject(instance)
        ? objectOf(Object.entries(instance).filter(([key]) => !SHOWN.has(key)))
        : objectOf([]),
    }
  })
}

function indexOf(instance: Value): string | number | undefined {
  const index = member(instance, 'index_key')
  return typeof index === 'string' || typeof index === 'number' ? index : undefined
}

function idOf(attributes: Value): string | undefined {
  const id = member(attributes, 'id')
  if (id === undefined || id === null || isObject(id) || isList(id)) return undefined
  return String(id)
}

function listOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : []
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: Value | undefined): number {
  return typeof value === 'number' ? value : 0
}

import { z } from 'zod'
import { parseExact } from '../exact-json.ts'
import { Unreadable } from '../unreadable.ts'
import { toJson } from './cty-value.ts'
import { joined, marksAt, type Path, schemaMarks, sensitiveParts } from './marks.ts'
import { providerOf } from './plan-message.ts'
import { given, type Reading } from './resource-change.ts'
import { readStateValue } from './state-value.ts'

const PathStep = z.discriminatedUnion('type', [
  z.object({ type: z.literal('get_attr'), value: z.string() }),
  z.object({
    type: z.literal('index'),
    value: z.object({ value: z.union([z.string(), z.number()]), type: z.unknown() }),
  }),
])

const Instance = z.object({
  index_key: z.union([z.string(), z.number()]).nullish(),
  schema_version: z.number(),
  attributes: z.unknown().optional(),
  attributes_flat: z.unknown().optional(),
  sensitive_attributes: z.array(z.array(PathStep)).nullish(),
  dependencies: z.array(z.string()).nullish(),
})

const Resource = z.object({
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  module: z.string().optional(),
  provider: z.string(),
  instances: z.array(Instance),
})

const State = z.object({
  version: z.literal(4),
  outputs: z
    .record(z.string(), z.object({ value: z.unknown(), sensitive: z.boolean().optional() }))
    .nullish(),
  resources: z.array(Resource).nullish(),
})

export type State = z.infer<typeof State>
type Instance = z.infer<typeof Instance>
type Resource = z.infer<typeof Resource>

/**
 * The state that the plan starts from, refreshed.
 * Format: Terraform `internal/states/statefile/version4.go`.
 * @throws Unreadable for a state of another format.
 */
export function readPriorState(text: string): State {
  const parsed = State.safeParse(parseExact(text))
  if (parsed.success) return parsed.data
  throw new Unreadable('the state is of an unknown form')
}

export function providersOfState({ resources }: State) {
  return (resources ?? []).map(({ mode, type, provider }) => ({
    mode,
    type,
    provider: providerOf(provider),
  }))
}

/**
 * `prior_state` of the plan JSON: its values, of all modules in one list.
 * Source: Terraform `internal/command/jsonstate/state.go`.
 */
export function priorState({ outputs, resources }: State, reading: Reading) {
  return {
    values: {
      outputs: outputs ?? {},
      root_module: {
        resources: (resources ?? []).flatMap((resource) =>
          resource.instances.map((instance) => stateResource(resource, instance, reading)),
        ),
      },
    },
  }
}

function stateResource(resource: Resource, instance: Instance, reading: Reading) {
  const schema = reading.schemaOf(providerOf(resource.provider), resource.mode, resource.type)
  if (schema.version !== instance.schema_version || instance.attributes_flat !== undefined) {
    throw new Unreadable('the state is of another version of the provider')
  }
  const value = readStateValue(instance.attributes ?? {}, schema.type)
  const paths = (instance.sensitive_attributes ?? []).map(pathOf)
  const marks = joined(marksAt(paths), schemaMarks(schema.block, value))
  const dependencies = instance.dependencies ?? []
  return given({
    address: addressOf(resource, instance),
    mode: resource.mode,
    values: toJson(value),
    sensitive_values: sensitiveParts(value, marks, reading.sets),
    depends_on: dependencies.length > 0 ? dependencies : undefined,
  })
}

function pathOf(steps: readonly z.infer<typeof PathStep>[]): Path {
  return steps.map((step) => (step.type === 'index' ? step.value.value : step.value))
}

function addressOf({ mode, type, name, module }: Resource, { index_key: key }: Instance): string {
  const place = module === undefined ? '' : `${module}.`
  const instance = key === undefined || key === null ? '' : `[${keyText(key)}]`
  return `${place}${mode === 'data' ? 'data.' : ''}${type}.${name}${instance}`
}

/** As HCL writes a text in quotes: what Go would not print is escaped. */
function keyText(key: string | number): string {
  if (typeof key === 'number') return String(key)
  if (/\p{Cn}/u.test(key)) throw new Unreadable('an instance key has unknown characters')
  const escaped = key
    .replace(/["\\]/g, '\\$&')
    .replace(/[$%](?=\{)/g, '$&$&')
    .replace(/(?! )[\p{C}\p{Z}]/gu, escapeCharacter)
  return `"${escaped}"`
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  const long = code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
  return shortEscapes[character] ?? long
}

import type { Tool } from '../../tool-runner.ts'
import { compareVersions } from '../../version.ts'
import { Unreadable } from '../unreadable.ts'
import { openZip } from '../zip.ts'
import { builtInProvider, builtInSchemas } from './built-in.ts'
import { toJson } from './cty-value.ts'
import { readMsgpack } from './msgpack-value.ts'
import { type PlanMessage, readPlanMessage } from './plan-message.ts'
import { priorState, providersOfState, readPriorState, type State } from './prior-state.ts'
import { given, outputChanges, type Reading, resourceChanges, textOf } from './resource-change.ts'
import { readSchema, type Schema } from './schema.ts'
import { type SecretVariables, secretVariables } from './snapshot.ts'

/** A type of resources of which the schema is needed. */
export interface NeededSchema {
  readonly provider: string
  readonly mode: 'managed' | 'data'
  readonly type: string
}

/** The JSON of a schema, as `providers schema -json` prints it; undefined when it is not known. */
export type KnownSchemas = (needed: NeededSchema) => unknown

/** A plan file that is understood, but for the values of its resources. */
export interface OpenPlan {
  /** Schemas of providers that are not built in, each once. */
  readonly needed: readonly NeededSchema[]
  /** The dependency lock file with which the plan was made. */
  readonly lockFile: string
  /**
   * The plan as `show -json` prints it, except for `planned_values`, `checks`, defaults of variables
   * and the configuration (of which secret variables are there). Prior resources are in one list.
   * @throws Unreadable when a schema is missing, or a value does not fit it.
   */
  toJson(known: KnownSchemas): Readonly<Record<string, unknown>>
}

/**
 * Opens a plan file.
 * @throws Unreadable for anything that is not understood for certain.
 */
export function openPlan(file: Buffer, tool: Pick<Tool, 'name' | 'version'>): OpenPlan {
  const zip = openZip(file)
  const message = readPlanMessage(zip.read('tfplan'), tool)
  const state = readPriorState(zip.read('tfstate').toString('utf8'))
  const secrets = secretVariables(zip, tool.name)
  return {
    needed: neededSchemas(message, state),
    lockFile: zip.names.includes('.terraform.lock.hcl')
      ? zip.read('.terraform.lock.hcl').toString('utf8')
      : '',
    toJson(known) {
      const reading = readingWith(known, tool)
      return given({
        ...header(message, tool),
        variables: variables(message),
        configuration: configuration(secrets),
        prior_state: priorState(state, reading),
        resource_changes: resourceChanges(message.resourceChanges, reading),
        resource_drift: resourceChanges(drift(message), reading),
        output_changes: outputChanges(message.outputChanges),
        relevant_attributes: message.relevantAttributes.map(({ resource, path }) => ({
          resource,
          attribute: path,
        })),
      })
    },
  }
}

function neededSchemas(message: PlanMessage, state: State): readonly NeededSchema[] {
  const planned = [...message.resourceChanges, ...message.resourceDrift]
  const all = [
    ...planned.map(({ provider, address: { mode, type } }) => ({ provider, mode, type })),
    ...providersOfState(state),
  ].filter(({ provider }) => provider !== builtInProvider)
  return [...new Map(all.map((needed) => [keyOf(needed), needed])).values()]
}

function readingWith(known: KnownSchemas, tool: Pick<Tool, 'name'>): Reading {
  const read = new Map<string, Schema>()
  return {
    sets: tool.name === 'tofu' ? 'elements' : 'whole',
    schemaOf(provider, mode, type) {
      const key = keyOf({ provider, mode, type })
      const before = read.get(key)
      if (before !== undefined) return before
      const json =
        provider === builtInProvider
          ? builtInSchemas[`${mode} ${type}`]
          : known({ provider, mode, type })
      if (json === undefined) throw new Unreadable(`there is no schema of ${key}`)
      const schema = readSchema(json)
      read.set(key, schema)
      return schema
    },
  }
}

function keyOf({ provider, mode, type }: NeededSchema): string {
  return `${provider} ${mode} ${type}`
}

function header(message: PlanMessage, tool: Pick<Tool, 'name' | 'version'>) {
  // OpenTofu and older versions do not say whether a plan can be applied.
  const says = tool.name === 'terraform' && compareVersions(tool.version, '1.8.0') >= 0
  return {
    format_version: '1.2',
    terraform_version: message.terraformVersion,
    ...given({ timestamp: textOf(message.timestamp) }),
    ...(says ? { applyable: message.applyable, complete: message.complete } : {}),
    errored: message.errored,
  }
}

/** Resources that only moved are no drift, unless the plan is to record what is. */
function drift({ resourceDrift, refreshOnly }: PlanMessage) {
  return resourceDrift.filter(({ change }) => refreshOnly || change.actions[0] !== 'no-op')
}

function variables(message: PlanMessage) {
  const values = [...message.variables].map(
    ([name, bytes]) => [name, { value: toJson(readMsgpack(bytes, { kind: 'dynamic' })) }] as const,
  )
  return Object.fromEntries(values)
}

function configuration({ root, others }: SecretVariables) {
  const declared = (list: SecretVariables['root']) =>
    Object.fromEntries(
      list.map(({ name, defaults }) => [name, { sensitive: true, default: defaults }]),
    )
  const calls = others.map((variable, index) => [
    String(index),
    { module: { variables: declared([variable]) } },
  ])
  return { root_module: { variables: declared(root), module_calls: Object.fromEntries(calls) } }
}

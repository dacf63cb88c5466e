import { mask, shortestSecret } from '../../../secrets/index.ts'
import { exactText, parseExact } from './exact-json.ts'
import { partsOfPlan } from './plan-parts.ts'

type Json = unknown
type JsonObject = Readonly<Record<string, Json>>

/** A plan as JSON of which the sensitive values are known. */
export interface ReadPlan {
  /** Texts that the plan marks as sensitive, to mask wherever else they occur. */
  readonly secrets: readonly string[]
  readonly errored: boolean
  /** What is kept of it, in clear text, numbers exact (`exactText`): it must not leave the runner. */
  readonly unmasked: JsonObject
  /** Managed resources that it changes. */
  readonly changes: number
  /** What is kept of it, sensitive values replaced, and `redact` applied to every other text. */
  masked(redact: (text: string) => string): string
}

/**
 * Reads what `terraform show -json PLANFILE` printed.
 * Format: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * @throws SyntaxError when the text is not JSON.
 */
export function readPlanJson(text: string): ReadPlan {
  return readPlan(asObject(parseExact(text)))
}

/** Reads a plan of the same form, its long numbers as {@link parseExact} makes them. */
export function readPlan(plan: JsonObject): ReadPlan {
  const secrets = new Set<string>()
  const masked = partsOfPlan(maskMarked(plan, (value) => addTexts(value, secrets)))
  return {
    unmasked: partsOfPlan(plan),
    secrets: [...secrets],
    errored: plan['errored'] === true,
    changes: countChanges(plan['resource_changes']),
    masked: (redact) => JSON.stringify(redactTexts(masked, redact)),
  }
}

type Collect = (value: Json) => void

function maskMarked(plan: JsonObject, collect: Collect): JsonObject {
  const configuration = asObject(plan['configuration'])
  const root = asObject(configuration['root_module'])
  const declared = asObject(root['variables'])
  const values = (member: Json) => maskValues(asObject(member), collect)
  const changes = (member: Json) => each(member, (entry) => maskEntry(entry, collect))
  return replaced(plan, {
    variables: (variables) =>
      mapObject(variables, (variable, name) =>
        asObject(declared[name])['sensitive'] === true
          ? replaced(asObject(variable), { value: (value) => hide(value, true, collect) })
          : variable,
      ),
    configuration: () =>
      replaced(configuration, { root_module: (module) => maskModule(module, collect) }),
    planned_values: values,
    prior_state: (state) => replaced(asObject(state), { values }),
    resource_changes: changes,
    resource_drift: changes,
    deferred_changes: (deferred) =>
      each(deferred, (entry) =>
        replaced(entry, { resource_change: (change) => maskEntry(asObject(change), collect) }),
      ),
    output_changes: (outputs) =>
      mapObject(outputs, (change) => maskChange(asObject(change), collect)),
  })
}

/** `sensitive` variables of the configuration keep no default. */
function maskModule(module: Json, collect: Collect): JsonObject {
  return replaced(asObject(module), {
    variables: (variables) =>
      mapObject(variables, (variable) =>
        asObject(variable)['sensitive'] === true
          ? replaced(asObject(variable), { default: (value) => hide(value, true, collect) })
          : variable,
      ),
    module_calls: (calls) =>
      mapObject(calls, (call) =>
        replaced(asObject(call), { module: (inner) => maskModule(inner, collect) }),
      ),
  })
}

function maskValues(values: JsonObject, collect: Collect): JsonObject {
  return replaced(values, {
    outputs: (outputs) =>
      mapObject(outputs, (output) =>
        replaced(asObject(output), {
          value: (value) => hide(value, asObject(output)['sensitive'], collect),
        }),
      ),
    root_module: (module) => maskResources(asObject(module), collect),
  })
}

function maskResources(module: JsonObject, collect: Collect): JsonObject {
  return replaced(module, {
    resources: (resources) =>
      each(resources, (resource) =>
        replaced(resource, {
          values: (value) => hide(value, resource['sensitive_values'], collect),
        }),
      ),
    child_modules: (modules) => each(modules, (child) => maskResources(child, collect)),
  })
}

function maskEntry(entry: JsonObject, collect: Collect): JsonObject {
  return replaced(entry, { change: (change) => maskChange(asObject(change), collect) })
}

function maskChange(change: JsonObject, collect: Collect): JsonObject {
  return replaced(change, {
    before: (value) => hide(value, change['before_sensitive'], collect),
    after: (value) => hide(value, change['after_sensitive'], collect),
  })
}

/** Replaces what `marks` says is sensitive: `true` for all of it, else the same shape as the value. */
function hide(value: Json, marks: Json, collect: Collect): Json {
  if (marks === true) {
    if (value === null || value === undefined) return value
    collect(value)
    return mask
  }
  if (Array.isArray(marks) && Array.isArray(value)) {
    return value.map((item, index) => hide(item, marks[index], collect))
  }
  if (isObject(marks) && isObject(value)) {
    return mapObject(value, (member, key) =>
      Object.hasOwn(marks, key) ? hide(member, marks[key], collect) : member,
    )
  }
  return value
}

/** Every string and long number in a sensitive value. */
function addTexts(value: Json, into: Set<string>): void {
  const text = typeof value === 'number' ? String(value) : (exactText(value) ?? value)
  if (typeof text === 'string') {
    if (text.length >= shortestSecret) into.add(text)
  } else if (Array.isArray(text)) {
    for (const item of text) addTexts(item, into)
  } else if (isObject(text)) {
    for (const member of Object.values(text)) addTexts(member, into)
  }
}

function redactTexts(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number') {
    const text = String(value)
    const masked = redact(text)
    return masked === text ? value : masked
  }
  if (Array.isArray(value)) return value.map((item) => redactTexts(item, redact))
  const digits = exactText(value)
  if (digits !== undefined) {
    const masked = redact(digits)
    return masked === digits ? value : masked
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redact(key), redactTexts(member, redact)]),
  )
}

function countChanges(changes: Json): number {
  const list: readonly Json[] = Array.isArray(changes) ? changes : []
  return list.filter((entry) => {
    const actions = asObject(asObject(entry)['change'])['actions']
    return (
      Array.isArray(actions) && actions.some((action) => action !== 'no-op' && action !== 'read')
    )
  }).length
}

/** The object with some members passed through a function; a member that is not there stays away. */
function replaced(
  object: JsonObject,
  changes: Readonly<Record<string, (value: Json) => Json>>,
): JsonObject {
  return mapObject(object, (value, key) =>
    Object.hasOwn(changes, key) && changes[key] !== undefined ? changes[key](value) : value,
  )
}

function each(list: Json, change: (entry: JsonObject) => Json): Json {
  return Array.isArray(list) ? list.map((entry) => change(asObject(entry))) : list
}

function mapObject(value: Json, change: (member: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(value)).map(([key, member]) => [key, change(member, key)]),
  )
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

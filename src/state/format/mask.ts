import { createRedactor, mask as masked, shortestSecret } from '../../secrets/index.ts'
import type { Output, ParsedState, ResourceInstance } from './parsed-state.ts'
import { replaceAt, type SensitivePath } from './sensitive-path.ts'
import { isList, isObject, objectOf, type Value } from './value.ts'

/**
 * Every text of 6 or more characters that the state marks as sensitive: strings and numbers at
 * sensitive paths and in sensitive outputs, however deep.
 */
export function sensitiveValues(state: ParsedState): string[] {
  const values = new Set<string>()
  const collect = (value: Value): Value => {
    addTexts(value, values)
    return null
  }
  for (const { attributes, sensitivePaths } of state.resources) {
    replaceAt(attributes, sensitivePaths, collect)
  }
  for (const output of state.outputs) {
    if (output.sensitive) addTexts(output.value, values)
  }
  return [...values]
}

/**
 * The state as people without `state:read-raw` see it: sensitive paths are replaced whole, and
 * wherever else a sensitive value occurs in a text (map keys included) that part is replaced.
 * `known` are further values to hide, such as those of sensitive variables.
 */
export function maskState(state: ParsedState, known: Iterable<string> = []): ParsedState {
  const mask = createMask([...sensitiveValues(state), ...known])
  return {
    ...state,
    resources: state.resources.map((instance) => maskInstance(instance, mask)),
    outputs: state.outputs.map((output) => maskOutput(output, mask)),
  }
}

function maskInstance(instance: ResourceInstance, mask: Mask): ResourceInstance {
  const { index } = instance
  return {
    ...instance,
    address: mask(instance.address),
    key: mask(instance.key),
    index: typeof index === 'string' ? mask(index) : index,
    id: maskId(instance, mask),
    attributes: maskValue(instance.attributes, instance.sensitivePaths, mask),
    dependencies: instance.dependencies.map(mask),
    hidden: objectOf([]),
  }
}

/** The provider's id of an instance as it may be shown. */
export function maskId({ id, sensitivePaths }: ResourceInstance, mask: Mask): string | undefined {
  if (id === undefined) return undefined
  const isMarked = sensitivePaths.some((path) => path.length === 0 || path[0] === 'id')
  return isMarked ? masked : mask(id)
}

function maskOutput(output: Output, mask: Mask): Output {
  const value = output.sensitive ? masked : maskValue(output.value, [], mask)
  return { ...output, name: mask(output.name), value, type: maskValue(output.type, [], mask) }
}

/** A value with its sensitive paths replaced, and known sensitive values wherever else they occur. */
export function maskValue(value: Value, paths: readonly SensitivePath[], mask: Mask): Value {
  return maskTexts(
    replaceAt(value, paths, () => masked),
    mask,
  )
}

function maskTexts(value: Value, mask: Mask): Value {
  if (typeof value === 'string') return mask(value)
  if (isList(value)) return value.map((item) => maskTexts(item, mask))
  if (isObject(value)) {
    return objectOf(Object.entries(value).map(([key, item]) => [mask(key), maskTexts(item, mask)]))
  }
  if (value === null || typeof value === 'boolean') return value
  const text = String(value)
  return mask(text) === text ? value : masked
}

function addTexts(value: Value, into: Set<string>): void {
  if (isList(value)) for (const item of value) addTexts(item, into)
  else if (isObject(value)) for (const item of Object.values(value)) addTexts(item, into)
  else if (value !== null && typeof value !== 'boolean') {
    const text = String(value)
    if (text.length >= shortestSecret) into.add(text)
  }
}

export type Mask = (text: string) => string

/** Makes a function that replaces every occurrence of `values` in a text, in all forms that the redactor knows. */
export function createMask(values: Iterable<string>): Mask {
  return createRedactor(values).redact
}

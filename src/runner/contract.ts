import { checkOutputs } from '../manifest/index.ts'
import type { Value } from '../platform/value.ts'
import { ExactNumber, parseState, type Value as StateValue } from '../state/index.ts'
import type { Job } from './job.ts'

/** An output of a state, in clear text. */
export interface StateOutput {
  readonly value: Value
  readonly sensitive: boolean
}

/**
 * The outputs that a state holds.
 * @throws AppError `invalid` when it is no state
 * @returns undefined when nothing of it can be read, because OpenTofu encrypted it
 */
export function stateOutputs(state: Buffer): Readonly<Record<string, StateOutput>> | undefined {
  const { outputs, hidden } = parseState(state)
  if (hidden !== undefined) return undefined
  return Object.fromEntries(
    outputs.map(({ name, value, sensitive }) => [name, { value: plainValue(value), sensitive }]),
  )
}

/** How the outputs of an applied state break what the component promises: a sentence, or nothing. */
export function brokenContract(
  { outputs, options, operation }: Pick<Job, 'outputs' | 'options' | 'operation'>,
  state: Buffer | undefined,
): string | undefined {
  // Of a part nobody can expect the whole.
  if (outputs.size === 0 || operation === 'destroy' || options.targets.length > 0) return undefined
  const actual = state === undefined ? {} : stateOutputs(state)
  if (actual === undefined) return undefined
  const sentences = checkOutputs(outputs, actual)
  if (sentences.length === 0) return undefined
  return `it was applied, and its outputs are not what it promises: ${sentences.join('; ')}`
}

function plainValue(value: StateValue): Value {
  if (value instanceof ExactNumber) {
    return /^-?\d+$/.test(value.text) ? BigInt(value.text) : Number(value.text)
  }
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map(plainValue)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member)]))
}

function isList(value: object): value is readonly StateValue[] {
  return Array.isArray(value)
}

import type { Value } from '../../platform/value.ts'
import { ExactNumber, parseState, type Value as StateValue } from '../../state/index.ts'
import type { Context } from '../context.ts'

/** An output of a recorded state. May be secret. */
export interface RecordedOutput {
  readonly value: Value
  readonly sensitive: boolean
}

/** Outputs of the current states of workspaces, each state read once. */
export interface RecordedOutputs {
  /** Undefined while nothing is recorded of the workspace, or nothing but an empty state. */
  of(workspaceId: string): Promise<ReadonlyMap<string, RecordedOutput> | undefined>
  /** The workspace's state has moved. */
  forget(workspaceId: string): void
}

export function createRecordedOutputs(context: Context): RecordedOutputs {
  const read = new Map<string, Promise<ReadonlyMap<string, RecordedOutput> | undefined>>()
  return {
    of: (workspaceId) => {
      const known = read.get(workspaceId) ?? readOutputs(context, workspaceId)
      read.set(workspaceId, known)
      return known
    },
    forget: (workspaceId) => {
      read.delete(workspaceId)
    },
  }
}

async function readOutputs(
  context: Context,
  workspaceId: string,
): Promise<ReadonlyMap<string, RecordedOutput> | undefined> {
  const current = await context.state.currentBytes(workspaceId)
  if (current === undefined) return undefined
  const { outputs, resources } = parseState(current.bytes)
  // What was destroyed leaves a state with nothing in it: nothing can be read from that.
  if (outputs.length === 0 && resources.length === 0) return undefined
  return new Map(
    outputs.map(({ name, value, sensitive }) => [name, { value: plainValue(value), sensitive }]),
  )
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

import { z } from 'zod'
import { unavailable } from '../../platform/errors.ts'
import type { Value } from '../../platform/value.ts'
import { isMap, parseValue, valueJson } from '../../platform/value-json.ts'

/** The outputs of a workspace as its plan foresees them, by name. Unmasked: whoever stores them seals. */
export type PlannedOutputs = Readonly<Record<string, PlannedOutput>>

export interface PlannedOutput {
  /** What is known of it; `null` stands where something is not. */
  readonly value: Value
  /** Where it is only known after the apply: `[]` is all of it. */
  readonly unknown: readonly (readonly (string | number)[])[]
  readonly sensitive: boolean
  /** False when the plan leaves it as it is. */
  readonly changes: boolean
}

const Recorded = z.object({
  value: z.custom<Value>((value) => value !== undefined),
  unknown: z.array(z.array(z.union([z.string(), z.number()]))),
  sensitive: z.boolean(),
  changes: z.boolean(),
})

/** As JSON, every digit of every number in it. */
export function plannedOutputsJson(outputs: PlannedOutputs): Buffer {
  const members = Object.entries(outputs).map(
    ([name, { value, unknown, sensitive, changes }]) =>
      [name, { value, unknown, sensitive, changes }] as const,
  )
  return Buffer.from(valueJson(Object.fromEntries(members)))
}

/** @throws AppError `unavailable` when it is none */
export function readPlannedOutputs(text: string): PlannedOutputs {
  const parsed = parseValue(text)
  if (!isMap(parsed)) throw unreadable()
  const outputs = Object.entries(parsed).map(([name, value]) => {
    const output = Recorded.safeParse(value)
    if (!output.success) throw unreadable()
    return [name, output.data] as const
  })
  return Object.fromEntries(outputs)
}

function unreadable() {
  return unavailable('the planned outputs that were kept cannot be read', { next: 'Plan again.' })
}

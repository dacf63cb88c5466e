import type { Value } from '../../platform/value.ts'

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

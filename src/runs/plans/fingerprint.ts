/**
 * What a plan would do, so that a later plan of the same workspace can be compared with it without
 * keeping a value. Made by the runner; sealed by whoever stores it.
 */
export interface PlanFingerprint {
  /** Goes into every hash. Plans of one workspace on one machine share it; others cannot be compared. */
  readonly salt: string
  readonly changes: readonly FingerprintedChange[]
}

export interface FingerprintedChange {
  /** Of a deposed object with ` (deposed 1a2b3c4d)` behind. */
  readonly address: string
  /** Terraform's, in order; `move` and `import` follow with what they are from. */
  readonly actions: readonly string[]
  /**
   * Attribute path → salted hash of the value, before and after. What is not known is not there. A
   * container has a hash of its own, over its keys or its length: nothing can be added unseen.
   */
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

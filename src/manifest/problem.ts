import type { Position } from './node.ts'

/** One thing that is wrong with a manifest. All of them are collected and told at once. */
export interface Problem {
  readonly at: Position | undefined
  /** What is wrong: "unknown key `neds`". */
  readonly message: string
  /** What to do: "Did you mean `needs`?" */
  readonly next: string | undefined
}

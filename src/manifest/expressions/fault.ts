import type { ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { placeIn } from './place.ts'

interface FaultOptions {
  readonly next?: string | undefined
  /** Something that was looked for is not there: what `default()` answers. */
  readonly missing?: boolean
  /** There will never be such an output: a sentence says why. */
  readonly absent?: string | undefined
}

/** What is wrong with an expression, and where in its text. */
export class Fault extends Error {
  /** Where a caret belongs. */
  readonly at: number
  readonly next: string | undefined
  readonly missing: boolean
  readonly absent: string | undefined
  /** The text of the manifest that it happened in; undefined while that text is being evaluated. */
  scalar: ScalarNode | undefined

  constructor(message: string, place: { readonly at: number }, options: FaultOptions = {}) {
    super(message)
    this.name = 'Fault'
    this.at = place.at
    this.next = options.next
    this.missing = options.missing ?? false
    this.absent = options.absent
  }
}

/** The fault of a part of a text, as one of the whole text. */
export function shifted(fault: Fault, by: number): Fault {
  return new Fault(fault.message, { at: fault.at + by }, fault)
}

export function problemOf(fault: Fault, scalar: ScalarNode): Problem {
  const at = placeIn(fault.scalar ?? scalar, fault.at)
  return { at, message: fault.message, next: fault.next }
}

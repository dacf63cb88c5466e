import type { Datum } from './datum.ts'
import type { Expression } from './expression.ts'
import { Fault } from './fault.ts'
import type { OutputRead } from './reads.ts'

/** What expressions can see beyond themselves. */
export interface World {
  /** `values`, `env`, …; undefined for what is not there. */
  name(name: string): Datum | undefined
  /** The whole value of an output. @throws Fault when there never will be one */
  output(read: OutputRead): Datum
  /** Something sensitive was read, so no data may be shown in a refusal. */
  readonly secretive: boolean
  /** The text of a file of the repository. */
  file(path: string): string | undefined
  /** The last commit that changed a path of the repository. */
  commitOf(path: string): string | undefined
}

/** Where an expression is evaluated: the world, the names of macros around it, and how much it may cost. */
export interface Scope {
  readonly world: World
  readonly variables: ReadonlyMap<string, Datum>
  readonly budget: Budget
}

interface Place {
  readonly at: number
}

export type Evaluate = (expression: Expression, scope: Scope) => Datum

// Well under a tenth of a second; what people write needs a few dozen.
const steps = 250_000
const longestText = 1_048_576
const longestList = 100_000

/** What an expression may still cost, so that none can run or grow for ever. */
export class Budget {
  #left = steps

  /** @throws Fault when nothing is left */
  spend(cost: number, span: Place): void {
    this.#left -= cost
    if (this.#left < 0) throw new Fault('the expression takes too many steps', span)
  }

  /** A string that was made. @throws Fault when it is too long */
  text(made: string, span: Place): string {
    this.spend(1 + made.length / 64, span)
    if (made.length <= longestText) return made
    throw new Fault(`the string is longer than ${longestText} characters`, span)
  }

  /** A list that was made. @throws Fault when it is too long */
  list<T>(made: readonly T[], span: Place): readonly T[] {
    this.spend(1 + made.length, span)
    if (made.length <= longestList) return made
    throw new Fault(`the list has more than ${longestList} elements`, span)
  }
}

export function withVariable(scope: Scope, name: string, value: Datum): Scope {
  return { ...scope, variables: new Map(scope.variables).set(name, value) }
}

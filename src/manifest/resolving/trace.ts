import type { KnownOutput } from '../definition.ts'
import { type Datum, datumOf, Unknown } from '../expressions/datum.ts'
import { leavesOf } from '../expressions/value-of.ts'

/** What was read while something was evaluated. */
export class Trace {
  /** Outputs that are only planned: they may turn out differently. */
  readonly plannedFrom = new Set<string>()
  readonly waitsFor = new Set<string>()
  readonly secrets = new Set<string>()
  /** Something sensitive was read for the text that is being evaluated. */
  sensitive = false

  /** What one output gives, noted. Undefined when there never will be one. */
  read(known: KnownOutput, name: string): Datum | undefined {
    if (known.is === 'absent') return undefined
    if (known.is === 'unknown') return new Unknown([name])
    const isPlanned = known.is === 'planned'
    const datum = datumOf(known.value, isPlanned ? known.unknown : [], name)
    if (isPlanned) this.plannedFrom.add(name)
    if (known.sensitive) {
      this.sensitive = true
      this.#hide(datum)
    }
    return datum
  }

  /** Evaluates one text: what is made with something sensitive is sensitive as a whole. */
  watch(work: () => Datum): Datum {
    this.sensitive = false
    const datum = work()
    if (this.sensitive) this.#hide(datum)
    return datum
  }

  #hide(datum: Datum): void {
    for (const leaf of leavesOf(datum)) this.secrets.add(leaf)
  }
}

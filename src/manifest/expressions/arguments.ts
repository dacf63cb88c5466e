import { type Datum, isList, kindOf } from './datum.ts'
import type { CallExpression } from './expression.ts'
import { Fault } from './fault.ts'
import type { Scope } from './scope.ts'

/** A call whose arguments are evaluated; of a method the first is what it is called on. */
export interface Called {
  readonly call: CallExpression
  readonly args: readonly Datum[]
  readonly scope: Scope
}

/** @throws Fault when the argument is no string */
export function textAt(called: Called, index: number): string {
  const datum = called.args[index]
  if (typeof datum === 'string') return datum
  throw unsuitable(called, index, 'a string')
}

/** @throws Fault when the argument is no whole number that can be counted with */
export function countAt(called: Called, index: number): number {
  const datum = called.args[index]
  const count = Number(datum)
  const isNumber = typeof datum === 'bigint' || typeof datum === 'number'
  if (isNumber && Number.isSafeInteger(count)) return count
  throw unsuitable(called, index, 'a whole number')
}

/** @throws Fault when the argument is no list */
export function listAt(called: Called, index: number): readonly Datum[] {
  const datum = called.args[index] ?? null
  if (isList(datum)) return datum
  throw unsuitable(called, index, 'a list')
}

/** The refusal of an argument, at its place. */
export function unsuitable(called: Called, index: number, wanted: string): Fault {
  const { call, args } = called
  const given = kindOf(args[index] ?? null)
  if (call.on !== undefined && index === 0) {
    return new Fault(`\`${call.name}\` goes with ${wanted}, not with ${given}`, call)
  }
  const expression = call.on === undefined ? call.args[index] : call.args[index - 1]
  return new Fault(`${call.name}() takes ${wanted} here, not ${given}`, expression ?? call)
}

/** A string as a refusal may show it: cut, and not at all where it may be a secret. */
export function shown({ scope }: Called, text: string): string {
  if (scope.world.secretive) return 'this string'
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

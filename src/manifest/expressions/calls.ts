import { didYouMean } from '../../platform/nearest.ts'
import type { CallExpression } from './expression.ts'
import { Fault } from './fault.ts'
import { functions, laterFunctions } from './functions.ts'
import { loops, macros, maybeMacros } from './macros.ts'
import { methods } from './methods.ts'

/** What is wrong with a call, told by its name and the number of its arguments alone. */
export function callFault(call: CallExpression): Fault | undefined {
  const spec = specOf(call)
  if (spec === undefined) return unknownFunction(call)
  const [fewest, most] = spec.arity
  const count = call.args.length
  if (count >= fewest && count <= most) return undefined
  return new Fault(`${call.name}() is called with ${count} of its arguments`, call, {
    next: `It is written ${spec.usage}.`,
  })
}

function specOf({ name, on }: CallExpression) {
  if (on === undefined) return macros.get(name) ?? functions.get(name)
  return loops.get(name) ?? maybeMacros.get(name) ?? methods.get(name)
}

// Functions of the language that are left out, each for a reason that helps.
const leftOut = new Map([
  ['matches', 'A pattern may run for ever: use startsWith, endsWith, contains or split.'],
  ['timestamp', 'Expressions know no time, so that they come to the same whenever they run.'],
  ['duration', 'Expressions know no time, so that they come to the same whenever they run.'],
])

function unknownFunction(call: CallExpression): Fault {
  const { name, on } = call
  if (on === undefined && laterFunctions.has(name)) {
    return new Fault(`${name}() is not available yet`, call)
  }
  const known = on === undefined ? functionNames : methodNames
  const other = on === undefined ? methodNames : functionNames
  const next = leftOut.get(name) ?? otherForm(call, other) ?? didYouMean(name, known)
  return new Fault(`there is no function ${name}()`, call, { next })
}

const functionNames = ['environment', ...macros.keys(), ...functions.keys()]
const methodNames = [...loops.keys(), ...maybeMacros.keys(), ...methods.keys()]

function otherForm({ name, on }: CallExpression, other: readonly string[]): string | undefined {
  if (!other.includes(name)) return undefined
  return on === undefined
    ? `It is called on a value: x.${name}(…).`
    : `It stands alone: ${name}(…).`
}

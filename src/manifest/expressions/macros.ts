import { type Datum, Dict, isList, kindOf, Maybe, Unknown, unknownAmong } from './datum.ts'
import type { CallExpression, Expression } from './expression.ts'
import { Fault } from './fault.ts'
import { type Evaluate, type Scope, withVariable } from './scope.ts'

/** A call whose arguments are not evaluated before it. */
interface MacroCall {
  readonly call: CallExpression
  readonly scope: Scope
  readonly evaluate: Evaluate
}

interface MacroSpec {
  readonly usage: string
  readonly arity: readonly [fewest: number, most: number]
  readonly run: (macro: MacroCall) => Datum
}

/** Macros that take the name of an element first: `list.map(x, x + 1)`. */
export const loops: ReadonlyMap<string, MacroSpec> = new Map<string, MacroSpec>([
  ['map', { usage: 'list.map(x, …)', arity: [2, 3], run: map }],
  ['filter', { usage: 'list.filter(x, …)', arity: [2, 2], run: filter }],
  ['all', { usage: 'list.all(x, …)', arity: [2, 2], run: all }],
  ['exists', { usage: 'list.exists(x, …)', arity: [2, 2], run: exists }],
  ['exists_one', { usage: 'list.exists_one(x, …)', arity: [2, 2], run: existsOne }],
])

export const macros: ReadonlyMap<string, MacroSpec> = new Map<string, MacroSpec>([
  ['default', { usage: 'default(x, otherwise)', arity: [2, 2], run: otherwise }],
  ['has', { usage: 'has(map.key)', arity: [1, 1], run: has }],
])

/** Macros that are called on what `.?` gives, and need not evaluate their argument. */
export const maybeMacros: ReadonlyMap<string, MacroSpec> = new Map<string, MacroSpec>([
  ['orValue', { usage: 'map.?key.orValue(otherwise)', arity: [1, 1], run: orValue }],
])

/** The other argument where something that the first looks for is not there. */
function otherwise({ call, scope, evaluate }: MacroCall): Datum {
  try {
    const datum = evaluate(argument(call, 0), scope)
    if (!(datum instanceof Maybe)) return datum
    return datum.value ?? evaluate(argument(call, 1), scope)
  } catch (error) {
    // What is missing inside of another text of the manifest is a fault of that text.
    const isMissing = error instanceof Fault && error.missing && error.scalar === undefined
    if (!isMissing) throw error
    return evaluate(argument(call, 1), scope)
  }
}

function has({ call, scope, evaluate }: MacroCall): Datum {
  const access = argument(call, 0)
  if (access.is !== 'access') {
    throw new Fault('has() takes a key of a map: has(values.size)', access)
  }
  const found = evaluate({ ...access, optional: true }, scope)
  return found instanceof Maybe ? found.value !== undefined : found
}

function orValue({ call, scope, evaluate }: MacroCall): Datum {
  const receiver = call.on ?? call
  const datum = evaluate(receiver, scope)
  if (datum instanceof Unknown) return datum
  if (datum instanceof Maybe) return datum.value ?? evaluate(argument(call, 0), scope)
  throw new Fault(`orValue() goes with what \`.?\` gives, not with ${kindOf(datum)}`, call)
}

function map(macro: MacroCall): Datum {
  const { call } = macro
  const items = itemsOf(macro)
  if (items instanceof Unknown) return items
  const [condition, result] =
    call.args.length > 2 ? [call.args[1], call.args[2]] : [undefined, call.args[1]]
  const made: Datum[] = []
  for (const item of items) {
    const scope = scopeOf(macro, item)
    const wanted = condition === undefined || verdict(macro, condition, scope)
    if (wanted instanceof Unknown) return wanted
    if (wanted) made.push(macro.evaluate(result ?? call, scope))
  }
  return made
}

function filter(macro: MacroCall): Datum {
  const items = itemsOf(macro)
  if (items instanceof Unknown) return items
  const made: Datum[] = []
  for (const item of items) {
    const wanted = verdict(macro, argument(macro.call, 1), scopeOf(macro, item))
    if (wanted instanceof Unknown) return wanted
    if (wanted) made.push(item)
  }
  return made
}

function all(macro: MacroCall): Datum {
  return decide(macro, false)
}

function exists(macro: MacroCall): Datum {
  return decide(macro, true)
}

/** One element may decide; then neither what is unknown nor what fails of the others matters. */
function decide(macro: MacroCall, deciding: boolean): Datum {
  const items = itemsOf(macro)
  if (items instanceof Unknown) return items
  const open: Unknown[] = []
  let fault: Fault | undefined
  for (const item of items) {
    try {
      const answer = verdict(macro, argument(macro.call, 1), scopeOf(macro, item))
      if (answer === deciding) return deciding
      if (answer instanceof Unknown) open.push(answer)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      fault ??= error
    }
  }
  const unknown = unknownAmong(open)
  if (unknown === undefined && fault !== undefined) throw fault
  return unknown ?? !deciding
}

function existsOne(macro: MacroCall): Datum {
  const found = filter(macro)
  return isList(found) ? found.length === 1 : found
}

function verdict(macro: MacroCall, expression: Expression, scope: Scope): boolean | Unknown {
  const datum = macro.evaluate(expression, scope)
  if (typeof datum === 'boolean' || datum instanceof Unknown) return datum
  throw new Fault(`${macro.call.name}() needs a bool here, not ${kindOf(datum)}`, expression)
}

function itemsOf({ call, scope, evaluate }: MacroCall): readonly Datum[] | Unknown {
  const container = evaluate(call.on ?? call, scope)
  if (isList(container) || container instanceof Unknown) return container
  if (container instanceof Dict) return [...container.keys]
  throw new Fault(`${call.name}() goes through a list or a map, not ${kindOf(container)}`, call)
}

function scopeOf({ call, scope }: MacroCall, item: Datum): Scope {
  const name = argument(call, 0)
  scope.budget.spend(1, call)
  return withVariable(scope, name.is === 'name' ? name.name : '', item)
}

/** The checks before evaluation have seen to it that it is there. */
function argument(call: CallExpression, index: number): Expression {
  return call.args[index] ?? call
}

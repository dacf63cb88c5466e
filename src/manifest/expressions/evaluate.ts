import { didYouMean } from '../../platform/nearest.ts'
import type { Called } from './arguments.ts'
import { callFault } from './calls.ts'
import { type Datum, Dict, isList, kindOf, Maybe, Unknown, unknownAmong } from './datum.ts'
import type { AccessExpression, CallExpression, Expression } from './expression.ts'
import { Fault } from './fault.ts'
import { type FunctionSpec, functions } from './functions.ts'
import { loops, macros, maybeMacros } from './macros.ts'
import { methods } from './methods.ts'
import { negate, operate } from './operators.ts'
import { outputAt } from './reads.ts'
import type { Scope } from './scope.ts'

/**
 * What an expression comes to. An unknown part makes everything unknown that depends on it, and nothing
 * else: `true || outputs.db.ready` is true.
 * @throws Fault at the part that cannot be evaluated
 */
export function evaluate(expression: Expression, scope: Scope): Datum {
  scope.budget.spend(1, expression)
  switch (expression.is) {
    case 'literal':
      return expression.value
    case 'name':
      return nameIn(expression.name, expression, scope)
    case 'access':
      return access(expression, scope)
    case 'call':
      return call(expression, scope)
    case 'list':
      return expression.items.map((item) => given(item, scope))
    case 'map':
      return mapOf(expression.entries, scope)
    case 'choice': {
      const condition = evaluate(expression.condition, scope)
      if (condition instanceof Unknown) return condition
      if (typeof condition === 'boolean') {
        return evaluate(condition ? expression.yes : expression.no, scope)
      }
      throw new Fault(
        `\`?\` needs a bool before it, not ${kindOf(condition)}`,
        expression.condition,
      )
    }
    case 'logical':
      return logical(expression, scope)
    case 'unary':
      return negate(expression.operator, given(expression.of, scope), expression)
    case 'binary': {
      const { operator, at, left, right } = expression
      const operation = { operator, at, budget: scope.budget }
      return operate(given(left, scope), given(right, scope), operation)
    }
  }
}

/** An expression whose value is used: none, as `.?` may give, is a fault. */
function given(expression: Expression, scope: Scope): Datum {
  const datum = evaluate(expression, scope)
  if (!(datum instanceof Maybe)) return datum
  if (datum.value !== undefined) return datum.value
  throw new Fault('there may be no value here', expression, {
    missing: true,
    next: 'Say what stands there then: `.orValue(…)`.',
  })
}

function nameIn(name: string, place: Expression, scope: Scope): Datum {
  const found = scope.variables.get(name) ?? scope.world.name(name)
  if (found !== undefined) return found
  throw new Fault(`\`${name}\` is not known here`, place)
}

function mapOf(
  entries: readonly (readonly [Expression, Expression])[],
  scope: Scope,
): Dict | Unknown {
  const made = new Map<string, Datum>()
  for (const [written, value] of entries) {
    const key = given(written, scope)
    if (key instanceof Unknown) return key
    if (typeof key !== 'string') {
      throw new Fault(`keys of a map are strings, not ${kindOf(key)}`, written)
    }
    if (made.has(key)) throw new Fault('this key is in the map already', written)
    made.set(key, given(value, scope))
  }
  return Dict.of(made)
}

type Logical = Extract<Expression, { is: 'logical' }>

/** One side may decide; then neither what is unknown nor what fails of the other matters. */
function logical(expression: Logical, scope: Scope): boolean | Unknown {
  const deciding = expression.operator === '||'
  const left = side(expression.left, expression.operator, scope)
  if (left === deciding) return deciding
  const right = side(expression.right, expression.operator, scope)
  if (right === deciding) return deciding
  const unknown = unknownAmong([left, right].filter((one) => one instanceof Unknown))
  if (unknown !== undefined) return unknown
  if (left instanceof Fault) throw left
  if (right instanceof Fault) throw right
  return !deciding
}

function side(expression: Expression, operator: string, scope: Scope): boolean | Unknown | Fault {
  try {
    const datum = given(expression, scope)
    if (typeof datum === 'boolean' || datum instanceof Unknown) return datum
    return new Fault(`\`${operator}\` needs a bool here, not ${kindOf(datum)}`, expression)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

function access(expression: AccessExpression, scope: Scope): Datum {
  const read = outputAt(expression)
  if (read !== undefined) {
    const { of, optional } = expression
    const isOptional = optional || (of.is === 'access' && of.optional)
    return isOptional ? maybe(() => scope.world.output(read)) : scope.world.output(read)
  }
  const of = evaluate(expression.of, scope)
  if (of instanceof Unknown) return of
  const container = of instanceof Maybe ? of.value : of
  if (container === undefined) return of
  const key = given(expression.key, scope)
  if (key instanceof Unknown) return key
  const isOptional = expression.optional || of instanceof Maybe
  const found = isOptional && container === null ? undefined : entryOf(container, key, expression)
  if (found instanceof Unknown) return found
  if (isOptional) return new Maybe(found)
  if (found !== undefined) return found
  throw missing(container, key, { expression, scope })
}

function maybe(read: () => Datum): Datum {
  try {
    const datum = read()
    return datum instanceof Unknown ? datum : new Maybe(datum)
  } catch (error) {
    if (error instanceof Fault && error.missing) return new Maybe(undefined)
    throw error
  }
}

function entryOf(container: Datum, key: Datum, expression: AccessExpression): Datum | undefined {
  if (container instanceof Dict) {
    if (typeof key === 'string') return container.get(key)
    throw new Fault(`keys of a map are strings, not ${kindOf(key)}`, expression)
  }
  if (isList(container)) {
    const index = typeof key === 'bigint' || typeof key === 'number' ? Number(key) : undefined
    if (index === undefined || !Number.isInteger(index)) {
      throw new Fault(
        `elements of a list are numbered, from 0: [0], not ${kindOf(key)}`,
        expression,
      )
    }
    return container[index]
  }
  throw new Fault(`${nameOf(expression.of)} is ${kindOf(container)} and has no keys`, expression)
}

function missing(
  container: Datum,
  key: Datum,
  { expression, scope }: { readonly expression: AccessExpression; readonly scope: Scope },
): Fault {
  const name = nameOf(expression.of)
  if (isList(container)) {
    const count = container.length === 1 ? '1 element' : `${container.length} elements`
    return new Fault(`${name} has ${count}, and no [${key}]`, expression, { missing: true })
  }
  const isLiteral = expression.key.is === 'literal'
  const shown = scope.world.secretive && !isLiteral ? 'this key' : `key \`${key}\``
  const keys = container instanceof Dict ? [...container.keys] : []
  const next = didYouMean(String(key), keys) ?? listed(keys)
  return new Fault(`${name} has no ${shown}`, expression, { missing: true, next })
}

const mostListed = 8

function listed(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return 'It is empty.'
  return keys.length > mostListed ? undefined : `It has ${keys.join(', ')}.`
}

/** How a person would name what a key is looked for in: `values.db`. */
function nameOf(expression: Expression): string {
  const written = pathOf(expression)
  return written === undefined ? 'this' : `\`${written}\``
}

function pathOf(expression: Expression): string | undefined {
  if (expression.is === 'name') return expression.name
  if (expression.is !== 'access' || expression.key.is !== 'literal') return undefined
  const of = pathOf(expression.of)
  const { value } = expression.key
  if (of === undefined) return undefined
  const isPlain = typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value)
  return isPlain ? `${of}.${value}` : `${of}[${typeof value === 'string' ? `"${value}"` : value}]`
}

function call(expression: CallExpression, scope: Scope): Datum {
  const { name, on, args } = expression
  const macro = on === undefined ? macros.get(name) : (loops.get(name) ?? maybeMacros.get(name))
  const spec = on === undefined ? functions.get(name) : methods.get(name)
  const fault = callFault(expression)
  if (fault !== undefined) throw fault
  if (macro !== undefined) return macro.run({ call: expression, scope, evaluate })
  const receiver = on === undefined ? [] : [receiverOf(expression, on, scope)]
  const values = [...receiver, ...args.map((argument) => given(argument, scope))]
  const unknown = unknownAmong(values)
  if (unknown !== undefined) return unknown
  return runFunction(spec, { call: expression, args: values, scope })
}

function receiverOf(expression: CallExpression, on: Expression, scope: Scope): Datum {
  const takesNone = expression.name === 'hasValue' || expression.name === 'value'
  return takesNone ? evaluate(on, scope) : given(on, scope)
}

function runFunction(spec: FunctionSpec | undefined, called: Called): Datum {
  if (spec !== undefined) return spec.run(called)
  throw new Fault(`there is no function ${called.call.name}()`, called.call)
}

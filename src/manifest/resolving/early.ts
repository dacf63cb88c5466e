import type { Value } from '../../platform/value.ts'
import { Unknown } from '../expressions/datum.ts'
import { evaluate } from '../expressions/evaluate.ts'
import { type Expression, partsOf } from '../expressions/expression.ts'
import { Fault } from '../expressions/fault.ts'
import { loops } from '../expressions/macros.ts'
import { outputAt, readsOf } from '../expressions/reads.ts'
import { evaluateScalar } from '../expressions/render.ts'
import { Budget, type World } from '../expressions/scope.ts'
import { templateOf } from '../expressions/template.ts'
import { toValue } from '../expressions/value-of.ts'
import type { ScalarNode } from '../node.ts'

/**
 * What is known of a text at load. Where it reads outputs or the run, that is the text itself with what
 * its other parts come to: a change of a value changes it, a change of an output does not.
 */
export function earlyValue(scalar: ScalarNode, world: World): Value {
  if (typeof scalar.value !== 'string') return scalar.value
  const { pieces } = templateOf(scalar.value)
  const late = pieces.some((piece) => typeof piece !== 'string' && isLate(piece.expression))
  if (!late) {
    const value = toValue(evaluateScalar(scalar, world))
    return value instanceof Unknown ? null : { is: value }
  }
  const known = pieces.flatMap((piece) =>
    typeof piece === 'string' ? [] : earlyParts(piece.expression, world, new Set()),
  )
  return { later: scalar.value, with: known }
}

/** Whether an expression needs something that is only known when its component starts. */
export function isLate(expression: Expression): boolean {
  return readsOf(expression).outputs.length > 0 || usesRun(expression)
}

function usesRun(expression: Expression): boolean {
  return expression.is === 'name' ? expression.name === 'run' : partsOf(expression).some(usesRun)
}

/** The largest parts that are known at load, in order. */
function earlyParts(expression: Expression, world: World, bound: ReadonlySet<string>): Value[] {
  if (expression.is === 'literal') return []
  const keys = keysBehindOutput(expression)
  if (keys !== undefined) return keys.flatMap((key) => earlyParts(key, world, bound))
  if (!isLate(expression) && !usesAny(expression, bound)) return [valueIn(expression, world)]
  if (expression.is !== 'call') {
    return partsOf(expression).flatMap((part) => earlyParts(part, world, bound))
  }
  const [first, ...others] = expression.args
  const isLoop = expression.on !== undefined && loops.has(expression.name) && first?.is === 'name'
  const inside = isLoop ? new Set(bound).add(first.name) : bound
  const receiver = expression.on === undefined ? [] : earlyParts(expression.on, world, bound)
  const args = isLoop ? others : expression.args
  return [...receiver, ...args.flatMap((argument) => earlyParts(argument, world, inside))]
}

/** Of an output that is read, the keys behind it: `values.at` in `outputs.net.subnets[values.at]`. */
function keysBehindOutput(expression: Expression): Expression[] | undefined {
  const keys: Expression[] = []
  for (let at = expression; at.is === 'access'; at = at.of) {
    if (outputAt(at) !== undefined) return keys
    keys.unshift(at.key)
  }
  return undefined
}

function usesAny(expression: Expression, names: ReadonlySet<string>): boolean {
  if (expression.is === 'name') return names.has(expression.name)
  return partsOf(expression).some((part) => usesAny(part, names))
}

/** A part may fail that is never reached: `env.name == "prod" ? values.only_there : outputs.db.host`. */
function valueIn(expression: Expression, world: World): Value {
  try {
    const scope = { world, variables: new Map(), budget: new Budget() }
    const value = toValue(evaluate(expression, scope))
    return value instanceof Unknown ? null : { is: value }
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}

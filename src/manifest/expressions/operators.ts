import { type Datum, Dict, isList, kindOf, Unknown, unknownAmong } from './datum.ts'
import type { BinaryOperator } from './expression.ts'
import { Fault } from './fault.ts'
import type { Budget } from './scope.ts'

/** Where an operator stands, and what its operation may cost. */
export interface Operation {
  readonly operator: BinaryOperator
  readonly at: number
  readonly budget: Budget
}

/** @throws Fault when the operator means nothing for these two */
export function operate(left: Datum, right: Datum, operation: Operation): Datum {
  const { operator, at, budget } = operation
  const unknown = unknownAmong([left, right])
  if (unknown !== undefined) return unknown
  switch (operator) {
    case '==':
      return equals(left, right, operation)
    case '!=':
      return negated(equals(left, right, operation))
    case 'in':
      return isIn(left, right, operation)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compares(left, right, operation)
    case '+':
      if (typeof left === 'string' && typeof right === 'string') {
        return budget.text(left + right, { at })
      }
      if (isList(left) && isList(right)) return budget.list([...left, ...right], { at })
      return calculate(left, right, operation)
    default:
      return calculate(left, right, operation)
  }
}

/** Whether two data are the same; unknown when what is known of them does not tell. */
function equals(left: Datum, right: Datum, operation: Operation): boolean | Unknown {
  operation.budget.spend(1, operation)
  const unknown = unknownAmong([left, right])
  if (unknown !== undefined) return unknown
  // Of JSON nobody knows whether 1 is a whole number, so 1 equals 1.0.
  if (isNumber(left) && isNumber(right)) return !(left < right) && !(left > right)
  if (isList(left) && isList(right)) {
    if (left.length !== right.length) return false
    return every(left.map((item, at) => () => equals(item, right[at] ?? null, operation)))
  }
  if (left instanceof Dict && right instanceof Dict) {
    if (left.keys.size !== right.keys.size) return false
    const keys = [...left.keys]
    if (!keys.every((key) => right.keys.has(key))) return false
    return every(
      keys.map((key) => () => equals(left.get(key) ?? null, right.get(key) ?? null, operation)),
    )
  }
  return left === right
}

/** Whether all hold: one that does not is certain, whatever is unknown. */
function every(questions: readonly (() => boolean | Unknown)[]): boolean | Unknown {
  const open: Unknown[] = []
  for (const question of questions) {
    const answer = question()
    if (answer === false) return false
    if (answer instanceof Unknown) open.push(answer)
  }
  return unknownAmong(open) ?? true
}

function negated(answer: boolean | Unknown): boolean | Unknown {
  return typeof answer === 'boolean' ? !answer : answer
}

function isIn(item: Datum, container: Datum, operation: Operation): boolean | Unknown {
  if (container instanceof Dict) return typeof item === 'string' && container.keys.has(item)
  if (!isList(container)) {
    const next =
      typeof container === 'string' ? 'Of a string it is text.contains("part").' : undefined
    throw new Fault(`\`in\` looks into a list or a map, not into ${kindOf(container)}`, operation, {
      next,
    })
  }
  return negated(every(container.map((one) => () => negated(equals(item, one, operation)))))
}

function compares(left: Datum, right: Datum, operation: Operation): boolean {
  const comparable =
    (isNumber(left) && isNumber(right)) || (typeof left === 'string' && typeof right === 'string')
  if (!comparable) throw mismatch(left, right, operation)
  switch (operation.operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    default:
      return left >= right
  }
}

function calculate(left: Datum, right: Datum, operation: Operation): Datum {
  if (!isNumber(left) || !isNumber(right)) throw mismatch(left, right, operation)
  const { operator } = operation
  if ((operator === '/' || operator === '%') && Number(right) === 0) {
    throw new Fault('division by zero', operation)
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return bounded(wholly(left, right, operator), operation)
  }
  return fractionally(Number(left), Number(right), operation)
}

function wholly(left: bigint, right: bigint, operator: BinaryOperator): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    default:
      return left % right
  }
}

function fractionally(left: number, right: number, operation: Operation): number {
  switch (operation.operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    default:
      throw new Fault('`%` needs whole numbers', operation)
  }
}

const most = 2n ** 63n

function bounded(result: bigint, place: { readonly at: number }): bigint {
  if (result < most && result >= -most) return result
  throw new Fault('the number is too large', place)
}

function isNumber(datum: Datum): datum is number | bigint {
  return typeof datum === 'number' || typeof datum === 'bigint'
}

function mismatch(left: Datum, right: Datum, operation: Operation): Fault {
  const { operator } = operation
  const mixed = operator === '+' && [left, right].some((one) => typeof one === 'string')
  return new Fault(
    `\`${operator}\` does not go with ${kindOf(left)} and ${kindOf(right)}`,
    operation,
    {
      next: mixed ? 'Make a string of the other with string(…).' : undefined,
    },
  )
}

/** @throws Fault when the sign means nothing for this */
export function negate(operator: '!' | '-', of: Datum, place: { readonly at: number }): Datum {
  if (of instanceof Unknown) return of
  if (operator === '!' && typeof of === 'boolean') return !of
  if (operator === '-' && isNumber(of)) return typeof of === 'bigint' ? bounded(-of, place) : -of
  throw new Fault(`\`${operator}\` does not go with ${kindOf(of)}`, place)
}

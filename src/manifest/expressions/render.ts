import type { ScalarNode } from '../node.ts'
import { type Datum, datumOf, kindOf, Maybe, Unknown } from './datum.ts'
import { evaluate } from './evaluate.ts'
import { Fault, shifted } from './fault.ts'
import { Budget, type World } from './scope.ts'
import { conditionOf, type Part, type Template, templateOf } from './template.ts'

/** What a scalar of the manifest comes to. @throws Fault that knows the scalar it happened in */
export function evaluateScalar(scalar: ScalarNode, world: World): Datum {
  if (typeof scalar.value !== 'string') return datumOf(scalar.value)
  return evaluateTemplate(templateOf(scalar.value), scalar, world)
}

/** What a bare expression comes to. @throws Fault that knows the scalar it happened in */
export function evaluateCondition(scalar: ScalarNode, world: World): boolean {
  if (typeof scalar.value === 'boolean') return scalar.value
  const datum = evaluateTemplate(conditionOf(String(scalar.value)), scalar, world)
  if (typeof datum === 'boolean') return datum
  throw located(new Fault(`this must be true or false, and is ${kindOf(datum)}`, { at: 0 }), scalar)
}

function evaluateTemplate(template: Template, scalar: ScalarNode, world: World): Datum {
  const [fault] = template.faults
  if (fault !== undefined) throw located(shifted(fault, 0), scalar)
  if (template.whole !== undefined) return evaluatePart(template.whole, scalar, world)
  const waitsFor = new Set<string>()
  const budget = new Budget()
  let text = ''
  for (const piece of template.pieces) {
    const datum = typeof piece === 'string' ? piece : evaluatePart(piece, scalar, world)
    if (datum instanceof Unknown) for (const one of datum.waitsFor) waitsFor.add(one)
    else text += textOf(datum, piece, scalar)
    within(() => budget.text(text, { at: 0 }), scalar, 0)
  }
  return waitsFor.size > 0 ? new Unknown(waitsFor) : text
}

function evaluatePart(part: Part, scalar: ScalarNode, world: World): Datum {
  return within(
    () => {
      const scope = { world, variables: new Map(), budget: new Budget() }
      const datum = evaluate(part.expression, scope)
      if (!(datum instanceof Maybe)) return datum
      if (datum.value !== undefined) return datum.value
      const next = 'Say what stands there then: `.orValue(…)`.'
      throw new Fault('there is no value', part.expression, { next })
    },
    scalar,
    part.start,
  )
}

function textOf(datum: Datum, piece: string | Part, scalar: ScalarNode): string {
  if (typeof datum === 'string') return datum
  if (datum !== null && typeof datum !== 'object') return String(datum)
  const start = typeof piece === 'string' ? 0 : piece.start + piece.expression.start
  const next =
    datum === null
      ? 'Say what stands there then: `x == null ? "none" : x`.'
      : 'Make a string of it, as with `list.join(",")`.'
  throw located(
    new Fault(`${kindOf(datum)} cannot stand inside text`, { at: start }, { next }),
    scalar,
  )
}

/** Runs a part of a scalar's evaluation, and gives its faults their place in the manifest. */
function within<T>(work: () => T, scalar: ScalarNode, offset: number): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) {
      throw located(new Fault('this is nested too deep', { at: offset }), scalar)
    }
    if (!(error instanceof Fault) || error.scalar !== undefined) throw error
    throw located(shifted(error, offset), scalar)
  }
}

export function located(fault: Fault, scalar: ScalarNode): Fault {
  fault.scalar = scalar
  return fault
}

import { didYouMean } from '../../platform/nearest.ts'
import { callFault } from './calls.ts'
import { evaluate } from './evaluate.ts'
import { type AccessExpression, type Expression, partsOf } from './expression.ts'
import { Fault } from './fault.ts'
import { functions } from './functions.ts'
import { loops } from './macros.ts'
import { fixedKeys, namespaces, type Place, placeRules } from './place-rules.ts'
import { readsOf } from './reads.ts'
import { Budget, type World } from './scope.ts'

/** What is wrong with an expression at a place, told before anything is known. */
export function faultsOf(expression: Expression, place: Place): Fault[] {
  const faults: Fault[] = []
  const dashed: Fault[] = []
  visit(expression, { place, variables: new Set(), faults, dashed })
  // What else is wrong around such a name follows from it.
  if (dashed.length > 0) return dashed
  const { outputs, faults: unnamed } = readsOf(expression)
  const rule = placeRules[place]
  if (rule.outputs) return [...faults, ...unnamed]
  const refused = outputs.length > 0 || unnamed.length > 0
  return refused ? [...faults, notHere('outputs', outputs[0] ?? expression, place)] : faults
}

interface Visit {
  readonly place: Place
  readonly variables: ReadonlySet<string>
  readonly faults: Fault[]
  readonly dashed: Fault[]
}

function visit(expression: Expression, context: Visit): void {
  const { faults } = context
  if (expression.is !== 'literal' && isClosed(expression)) {
    faults.push(...constantFault(expression))
    return
  }
  if (expression.is === 'name') {
    faults.push(...nameFault(expression, context))
    return
  }
  const keyless = expression.is === 'access' ? keyFault(expression, context) : undefined
  if (keyless !== undefined) {
    faults.push(keyless)
    return
  }
  const dashed = expression.is === 'binary' ? dashedName(expression, context) : undefined
  if (dashed !== undefined) {
    context.dashed.push(dashed)
    return
  }
  if (expression.is !== 'call') {
    for (const part of partsOf(expression)) visit(part, context)
    return
  }
  if (expression.name !== 'environment' || expression.on !== undefined) {
    const fault = callFault(expression)
    if (fault !== undefined) {
      faults.push(fault)
      return
    }
  }
  visitCall(expression, context)
}

function visitCall(call: Extract<Expression, { is: 'call' }>, context: Visit): void {
  if (call.on !== undefined) visit(call.on, context)
  const [first, ...others] = call.args
  if (call.on === undefined || !loops.has(call.name) || first?.is !== 'name') {
    for (const argument of call.args) visit(argument, context)
    return
  }
  if (namespaces.includes(first.name)) {
    const next = 'Call the element something else, like `x`.'
    context.faults.push(new Fault(`\`${first.name}\` has a meaning of its own`, first, { next }))
  }
  const variables = new Set(context.variables).add(first.name)
  for (const argument of others) visit(argument, { ...context, variables })
}

function nameFault(expression: Extract<Expression, { is: 'name' }>, context: Visit): Fault[] {
  const { name } = expression
  const { names } = placeRules[context.place]
  // Outputs are looked at as a whole: component and output belong to the name.
  if (context.variables.has(name) || names.has(name) || name === 'outputs') return []
  if (name === 'artifacts') return [new Fault('`artifacts` is not available yet', expression)]
  if (namespaces.includes(name)) return [notHere(name, expression, context.place)]
  const next = didYouMean(name, [...names, ...context.variables]) ?? placeRules[context.place].next
  return [new Fault(`\`${name}\` is not known`, expression, { next })]
}

/** `env.nmae`: a key that can never be there. */
function keyFault({ of, key }: AccessExpression, context: Visit): Fault | undefined {
  if (of.is !== 'name' || context.variables.has(of.name) || key.is !== 'literal') return undefined
  const keys = fixedKeys.get(of.name)
  const name = String(key.value)
  if (keys === undefined || keys.includes(name)) return undefined
  if (nameFault(of, context).length > 0) return undefined
  const next = didYouMean(name, keys) ?? `It has ${keys.join(', ')}.`
  return new Fault(`\`${of.name}\` has no key \`${name}\``, key, { next })
}

function notHere(name: string, where: { readonly at: number }, place: Place): Fault {
  return new Fault(`\`${name}\` cannot be used here`, where, { next: placeRules[place].next })
}

/** `outputs.my-db.host` is a subtraction to the grammar, and never one to a person. */
function dashedName(
  expression: Extract<Expression, { is: 'binary' }>,
  context: Visit,
): Fault | undefined {
  const { operator, left, right, at } = expression
  if (operator !== '-' || left.is !== 'access' || left.key.is !== 'literal') return undefined
  let root: Expression = right
  while (root.is === 'access') root = root.of
  const isTight = left.end === at && root.start === at + 1
  if (!isTight || root.is !== 'name' || nameFault(root, context).length === 0) return undefined
  const name = `${left.key.value}-${root.name}`
  return new Fault(`a name with a dash must be quoted: ["${name}"]`, left, {
    next: `As in outputs["${name}"].host; without quotes it is a subtraction.`,
  })
}

/** Whether it comes to the same wherever it stands. */
function isClosed(expression: Expression): boolean {
  if (expression.is === 'name') return false
  if (expression.is === 'call') {
    const isPure = functions.has(expression.name) && !impure.has(expression.name)
    if (expression.on === undefined && !isPure) return false
    if (callFault(expression) !== undefined) return false
  }
  return partsOf(expression).every(isClosed)
}

const impure: ReadonlySet<string> = new Set(['file', 'git_commit'])

const nothing: World = {
  secretive: false,
  name: () => undefined,
  output: (read) => {
    throw new Fault('there are no outputs', read)
  },
  file: () => undefined,
  commitOf: () => undefined,
}

function constantFault(expression: Expression): Fault[] {
  try {
    evaluate(expression, { world: nothing, variables: new Map(), budget: new Budget() })
    return []
  } catch (error) {
    if (error instanceof Fault) return [error]
    throw error
  }
}

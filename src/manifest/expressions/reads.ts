import {
  type AccessExpression,
  type CallExpression,
  type Expression,
  partsOf,
} from './expression.ts'
import { Fault } from './fault.ts'

/** An output that an expression reads, as it is written. */
export interface OutputRead {
  /** Where its component is named, in the expression's text. */
  readonly at: number
  readonly component: string
  /** Named by `environment("shared")`; undefined: the environment of who reads. */
  readonly environment: string | undefined
  readonly output: string
  /** Keys behind the output's name, as far as they are literal. */
  readonly path: readonly (string | number)[]
}

export interface Reads {
  readonly outputs: readonly OutputRead[]
  /** Readings whose edge could not be known before they are evaluated. */
  readonly faults: readonly Fault[]
}

const byExpression = new WeakMap<Expression, Reads>()

/** The outputs that an expression reads, told by nothing but its text. */
export function readsOf(expression: Expression): Reads {
  const known = byExpression.get(expression)
  if (known !== undefined) return known
  const outputs: OutputRead[] = []
  const faults: Fault[] = []
  collect(expression, outputs, faults)
  const reads = { outputs, faults }
  byExpression.set(expression, reads)
  return reads
}

/** The output that an access is, if it is one: `outputs.db.host`, and nothing behind it. */
export function outputAt(access: AccessExpression): OutputRead | undefined {
  const { of } = access
  if (of.is !== 'access') return undefined
  const root = rootOf(of.of)
  const component = literalText(of.key)
  const output = literalText(access.key)
  if (root === undefined || component === undefined || output === undefined) return undefined
  return { at: of.at, component, environment: root.environment, output, path: [] }
}

/** Whether a name or an access is the map of all outputs, here or of a named environment. */
function rootOf(expression: Expression): { environment: string | undefined } | undefined {
  if (expression.is === 'name') {
    return expression.name === 'outputs' ? { environment: undefined } : undefined
  }
  if (expression.is !== 'access' || literalText(expression.key) !== 'outputs') return undefined
  const environment = environmentOf(expression.of)
  return environment === undefined ? undefined : { environment }
}

/** The name in `environment("shared")`. */
function environmentOf(expression: Expression): string | undefined {
  if (!isEnvironmentCall(expression)) return undefined
  const [name, ...more] = expression.args
  return name === undefined || more.length > 0 ? undefined : literalText(name)
}

function isEnvironmentCall(expression: Expression): expression is CallExpression {
  return (
    expression.is === 'call' && expression.name === 'environment' && expression.on === undefined
  )
}

function collect(expression: Expression, outputs: OutputRead[], faults: Fault[]): void {
  if (expression.is === 'access') {
    collectAccess(expression, outputs, faults)
  } else if (rootOf(expression) !== undefined) {
    faults.push(unnamed(expression))
  } else if (isEnvironmentCall(expression)) {
    faults.push(new Fault(environmentSentence(expression), expression, { next: environmentNext }))
  } else for (const part of partsOf(expression)) collect(part, outputs, faults)
}

function collectAccess(whole: AccessExpression, outputs: OutputRead[], faults: Fault[]): void {
  const behind: Expression[] = []
  let at: AccessExpression = whole
  for (;;) {
    const read = outputAt(at)
    if (read !== undefined) {
      outputs.push({ ...read, path: literalPath(behind) })
      for (const key of behind) collect(key, outputs, faults)
      return
    }
    const fault = faultAt(at)
    if (fault !== undefined) {
      faults.push(fault)
      return
    }
    behind.unshift(at.key)
    if (at.of.is !== 'access') break
    at = at.of
  }
  for (const part of [at.of, ...behind]) collect(part, outputs, faults)
}

/** Why an access to outputs tells too little: a computed name, or none. */
function faultAt(access: AccessExpression): Fault | undefined {
  const { of, key } = access
  if (rootOf(access) !== undefined) return unnamed(access)
  if (rootOf(of) !== undefined) {
    if (literalText(key) === undefined) return computed('component', key)
    return new Fault(`which output of ${literalText(key)}?`, access, named)
  }
  if (of.is === 'access' && rootOf(of.of) !== undefined) {
    return literalText(of.key) === undefined
      ? computed('component', of.key)
      : computed('output', key)
  }
  if (isEnvironmentCall(of)) {
    return new Fault(environmentSentence(of), of, { next: environmentNext })
  }
  return undefined
}

const named = { next: 'An output is named outputs.COMPONENT.OUTPUT, or outputs["my-db"]["host"].' }
const environmentNext = 'It is written environment("shared").outputs.COMPONENT.OUTPUT.'

function unnamed(place: Expression): Fault {
  return new Fault('`outputs` must be followed by a component and an output', place, named)
}

function computed(what: string, key: Expression): Fault {
  return new Fault(
    `the name of ${what === 'output' ? 'an' : 'a'} ${what} cannot be computed`,
    key,
    {
      next: 'It must be written out, so that the graph is known before anything is evaluated.',
    },
  )
}

function environmentSentence(call: CallExpression): string {
  return environmentOf(call) === undefined
    ? '`environment` takes one name, written out'
    : 'only `outputs` can be read of another environment'
}

function literalText(expression: Expression): string | undefined {
  return expression.is === 'literal' && typeof expression.value === 'string'
    ? expression.value
    : undefined
}

function literalPath(keys: readonly Expression[]): (string | number)[] {
  const path: (string | number)[] = []
  for (const key of keys) {
    if (key.is !== 'literal') break
    if (typeof key.value === 'string') path.push(key.value)
    else if (typeof key.value === 'bigint') path.push(Number(key.value))
    else break
  }
  return path
}

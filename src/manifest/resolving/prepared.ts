import { checkText } from '../expressions/check.ts'
import { scalarsIn } from '../expressions/component-texts.ts'
import type { Datum } from '../expressions/datum.ts'
import { kindOf } from '../expressions/datum.ts'
import { Fault, problemOf } from '../expressions/fault.ts'
import { evaluateCondition, evaluateScalar } from '../expressions/render.ts'
import type { World } from '../expressions/scope.ts'
import type { Component, Environment } from '../manifest.ts'
import type { MapNode, ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { readDocument } from '../reading/document.ts'
import type { ResolveContext } from './context.ts'
import type { EnvironmentValues } from './environment-values.ts'
import { type Layer, type Merged, mergeLayers } from './layers.ts'
import { inputLayers } from './value-layers.ts'
import { componentNames, createWorld } from './world.ts'

/** Refuses with problems that have their places. */
export type Refuse = (problems: readonly Problem[]) => Error

/** A component in an environment, each part made when it is asked for and once. */
export class Prepared {
  readonly component: Component
  readonly environment: Environment
  readonly context: ResolveContext
  readonly own: EnvironmentValues
  readonly refuse: Refuse
  #inputs: ReadonlyMap<string, Merged> | undefined

  constructor(
    component: Component,
    environment: Environment,
    own: EnvironmentValues,
    { context, refuse }: { readonly context: ResolveContext; readonly refuse: Refuse },
  ) {
    this.component = component
    this.environment = environment
    this.own = own
    this.context = context
    this.refuse = refuse
  }

  get name(): string {
    return `${this.component.name}@${this.environment.name}`
  }

  /** What may be used at load. */
  names(): ReadonlyMap<string, Datum> {
    return new Map([...this.own.names, ...componentNames(this.component, undefined)])
  }

  world(): World {
    return createWorld({ names: this.names(), context: this.context })
  }

  /** Why it does not take part here, or undefined. */
  skipped(): string | undefined {
    const { when } = this.component
    if (when === undefined) return undefined
    const holds = this.guard(when, () => evaluateCondition(when, this.world()))
    return holds ? undefined : `\`when: ${String(when.value).trim()}\` is false`
  }

  /** The inputs with every layer laid over those below it. */
  inputs(): ReadonlyMap<string, Merged> {
    this.#inputs ??= this.#mergeInputs()
    return this.#inputs
  }

  /** A text that is decided at load. */
  text(scalar: ScalarNode): string {
    return this.guard(scalar, () => textOf(evaluateScalar(scalar, this.world()), scalar))
  }

  /** Runs an evaluation, and refuses what is wrong in it with its place. */
  guard<T>(scalar: ScalarNode, work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof Fault) throw this.refuse([problemOf(error, scalar)])
      throw error
    }
  }

  /** Files that are named, without those that may be absent and are: `prod.tfvars?`. */
  files(scalars: readonly ScalarNode[]): string[] {
    return scalars.flatMap((scalar) => {
      const written = this.text(scalar)
      const file = written.replace(/\?$/, '')
      if (this.context.readFile(file) !== undefined) return [file]
      if (file !== written) return []
      throw this.refuse([
        {
          at: scalar.at,
          message: `there is no file ${file}`,
          next: `Paths count from the repository's root; \`${file}?\` may be absent.`,
        },
      ])
    })
  }

  #mergeInputs(): ReadonlyMap<string, Merged> {
    const { component, environment } = this
    const files = this.files(component.valueFiles).map((file) => this.#fileLayer(file))
    const layers = [
      ...files.filter((one) => one !== undefined),
      ...inputLayers(component, environment),
    ]
    const { merged, problems } = mergeLayers(layers)
    if (problems.length > 0) throw this.refuse(problems)
    return merged
  }

  #fileLayer(file: string): Layer | undefined {
    const { node, problems } = readDocument(file, this.context.readFile(file) ?? '')
    if (problems.length > 0) throw this.refuse(problems)
    if (node === undefined) return undefined
    if (node.kind !== 'map') {
      const next = 'A file of values holds names and what they are: `replicas: 3`.'
      throw this.refuse([{ at: node.at, message: 'this file is no map', next }])
    }
    const wrong = expressionProblems(node)
    if (wrong.length > 0) throw this.refuse(wrong)
    return { name: file, node }
  }
}

/** Outputs are read in the manifest alone, so that the graph is known without any other file. */
function expressionProblems(node: MapNode): Problem[] {
  return [...scalarsIn([node])].flatMap((scalar) =>
    checkText({ scalar, place: 'load', onlyIn: undefined }),
  )
}

/** @throws Fault when a text was wanted and it is something else */
export function textOf(datum: Datum, scalar: ScalarNode): string {
  if (typeof datum === 'string' && datum !== '') return datum
  const what = datum === '' ? 'an empty string' : kindOf(datum)
  const fault = new Fault(`this must be a string, and is ${what}`, { at: 0 })
  fault.scalar = scalar
  throw fault
}

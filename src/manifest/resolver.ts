import type { Value } from '../platform/value.ts'
import { isMap } from '../platform/value-json.ts'
import type { Definition, OutputLookup, Resolution } from './definition.ts'
import { Unknown } from './expressions/datum.ts'
import { Fault, problemOf } from './expressions/fault.ts'
import { toValue } from './expressions/value-of.ts'
import type { Component, Environment, Manifest } from './manifest.ts'
import type { ScalarNode } from './node.ts'
import { problemsError } from './reading/problems-file.ts'
import type { ResolveContext, RunFacts } from './resolving/context.ts'
import { definitionOf } from './resolving/definition-of.ts'
import { type EnvironmentValues, environmentValues } from './resolving/environment-values.ts'
import { type ExplainedValue, explanationOf } from './resolving/explanation-of.ts'
import { knownText } from './resolving/known-text.ts'
import { Prepared, type Refuse } from './resolving/prepared.ts'
import { resolutionOf } from './resolving/resolution-of.ts'

/** Gives a manifest its meaning, each part when it is asked for and once. */
export interface Resolver {
  /** The values of an environment, all layers merged and evaluated. */
  values(environment: Environment): Readonly<Record<string, Value>>
  definition(component: Component, environment: Environment): Definition
  /**
   * Evaluates what a definition of this resolver leaves open. The lookup gives the whole value of an
   * output, whatever path of it is read. `run` is what expressions see of the run that it is for.
   */
  resolve(definition: Definition, lookup: OutputLookup, run?: RunFacts): Resolution
  /** Where everything comes from, without any output; `path` narrows it: `inputs.db`, `values`. */
  explain(definition: Definition, path?: string): readonly ExplainedValue[]
  /** A text of the definition's component as far as it is known at load, with `gap` for the rest. */
  knownText(definition: Definition, scalar: ScalarNode): string
}

/**
 * All functions of the result throw an AppError `invalid`, with the place and a caret, for what cannot be
 * evaluated. That something is not known yet is no error.
 */
export function createResolver(manifest: Manifest, context: ResolveContext): Resolver {
  const refuse: Refuse = (problems) => problemsError(manifest.root, problems)
  const environments = new Map<string, EnvironmentValues>()
  const prepared = new WeakMap<Definition, Prepared>()
  const definitions = new Map<string, Definition>()

  const valuesOf = (environment: Environment): EnvironmentValues => {
    const known = environments.get(environment.name)
    if (known !== undefined) return known
    const made = environmentValues(manifest, environment, context)
    if (made.problems.length > 0) throw refuse(made.problems)
    environments.set(environment.name, made)
    return made
  }

  const preparedOf = (definition: Definition): Prepared => {
    const known = prepared.get(definition)
    if (known !== undefined) return known
    throw new Error(`${definition.name} is the definition of another resolver`)
  }

  return {
    values: (environment) => evaluated(valuesOf(environment), environment, refuse),
    definition(component, environment) {
      const name = `${component.name}@${environment.name}`
      const known = definitions.get(name)
      if (known !== undefined) return known
      const own = valuesOf(environment)
      const made = new Prepared(component, environment, own, { context, refuse })
      const definition = definitionOf(made)
      prepared.set(definition, made)
      definitions.set(name, definition)
      return definition
    },
    resolve: (definition, lookup, run = context.run) =>
      resolutionOf(preparedOf(definition), { definition, lookup, run }),
    explain: (definition, path) => explanationOf(preparedOf(definition), definition, path),
    knownText: (definition, scalar) => knownText(preparedOf(definition), scalar),
  }
}

function evaluated(
  { values }: EnvironmentValues,
  { at }: Environment,
  refuse: Refuse,
): Readonly<Record<string, Value>> {
  const place: ScalarNode = { kind: 'scalar', value: null, at }
  try {
    const value = toValue(values)
    if (value instanceof Unknown || !isMap(value)) throw new Error('values are never unknown')
    return value
  } catch (error) {
    if (error instanceof Fault) throw refuse([problemOf(error, place)])
    throw error
  }
}

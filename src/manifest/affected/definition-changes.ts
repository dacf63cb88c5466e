import { AppError } from '../../platform/errors.ts'
import type { Definition } from '../definition.ts'
import { nameOf } from '../graph/graph.ts'
import type { Component, Environment, Manifest } from '../manifest.ts'
import type { Resolver } from '../resolver.ts'
import { differencesOf, type Explained } from './differences.ts'
import { existsIn, hasSameValues, isWrittenAlike, saysTheSame } from './written.ts'

/** A manifest with its meaning. */
export interface Meant {
  readonly manifest: Manifest
  readonly resolver: Resolver
  /** Names of values that come from files. */
  readonly fromFiles: ReadonlySet<string>
}

export interface DefinitionChanges {
  /** By workspace. */
  readonly reasons: ReadonlyMap<string, readonly string[]>
  readonly removed: readonly string[]
}

/**
 * The workspaces whose definition is another than before. Only what is written differently is resolved,
 * and what `moves` although it is written as before.
 */
export function definitionChanges(
  before: Meant,
  now: Meant,
  moves: (component: string) => boolean,
): DefinitionChanges {
  const reasons = new Map<string, readonly string[]>()
  for (const environment of now.manifest.environments.values()) {
    const comparison = new EnvironmentComparison(before, now, environment)
    for (const component of now.manifest.components.values()) {
      if (!existsIn(now.manifest, component, environment.name)) continue
      const found = comparison.reasons(component, moves(component.name))
      if (found.length > 0) reasons.set(nameOf(component.name, environment.name), found)
    }
  }
  return { reasons, removed: removedFrom(before.manifest, now.manifest) }
}

/** Nothing can be said to be the same as in a manifest that was wrong. */
export function unreadable(now: Manifest): DefinitionChanges {
  const reasons = ['the manifest could not be read before']
  const workspaces = [...now.environments.keys()].flatMap((environment) =>
    [...now.components.values()]
      .filter((component) => existsIn(now, component, environment))
      .map((component) => [nameOf(component.name, environment), reasons] as const),
  )
  return { reasons: new Map(workspaces), removed: [] }
}

/** Workspaces of one manifest that another one has not. */
function removedFrom(before: Manifest, now: Manifest): string[] {
  return [...before.environments.keys()].flatMap((environment) =>
    [...before.components.values()].flatMap((component) => {
      const left = now.components.get(component.name)
      const isLeft =
        left !== undefined && now.environments.has(environment) && existsIn(now, left, environment)
      const was = existsIn(before, component, environment)
      return was && !isLeft ? [nameOf(component.name, environment)] : []
    }),
  )
}

class EnvironmentComparison {
  readonly #before: Meant
  readonly #now: Meant
  readonly #environment: Environment
  readonly #was: Environment | undefined
  readonly #sameValues: boolean

  constructor(before: Meant, now: Meant, environment: Environment) {
    this.#before = before
    this.#now = now
    this.#environment = environment
    this.#was = before.manifest.environments.get(environment.name)
    this.#sameValues =
      this.#was !== undefined &&
      hasSameValues(
        { manifest: before.manifest, environment: this.#was },
        { manifest: now.manifest, environment },
      )
  }

  reasons(component: Component, moves: boolean): readonly string[] {
    const was = this.#before.manifest.components.get(component.name)
    const { name } = this.#environment
    if (was === undefined) return ['new component']
    if (this.#was === undefined) return [`new environment ${name}`]
    if (!existsIn(this.#before.manifest, was, name)) return [`new in ${name}`]
    const alike =
      this.#sameValues &&
      isWrittenAlike(was, component) &&
      saysTheSame(
        this.#was.inputs.get(component.name),
        this.#environment.inputs.get(component.name),
      )
    return alike && !moves ? [] : this.#resolved(was, this.#was, component)
  }

  #resolved(was: Component, then: Environment, component: Component): readonly string[] {
    const definition = this.#now.resolver.definition(component, this.#environment)
    const { digest } = definition
    try {
      const old = this.#before.resolver.definition(was, then)
      if (old.digest === digest) return []
      const { skipped } = definition
      if (skipped !== old.skipped) {
        return [skipped === undefined ? 'not skipped any more' : `skipped now: ${skipped}`]
      }
      return differencesOf(explained(this.#before, old), explained(this.#now, definition))
    } catch (error) {
      // What it was cannot be told, so it cannot be told to be the same.
      if (error instanceof AppError) return ['its definition could not be evaluated before']
      throw error
    }
  }
}

function explained({ resolver, fromFiles }: Meant, definition: Definition): Explained {
  return { component: definition.component, values: resolver.explain(definition), fromFiles }
}

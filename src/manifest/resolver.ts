import type { Value } from '../platform/value.ts'
import type { Definition, OutputLookup, Resolution } from './definition.ts'
import type { Component, Environment, Manifest } from './manifest.ts'
import type { Position } from './node.ts'

/** What expressions may know of the world. */
export interface ResolveContext {
  readonly git: {
    readonly commit: string | undefined
    readonly branch: string | undefined
    readonly author: string | undefined
  }
  /** `--set`: dotted paths into `values`, and YAML scalars. */
  readonly set: Readonly<Record<string, string>>
  /** Known from the moment at which a component starts. */
  readonly run?: { readonly id: number; readonly actor: string } | undefined
  /** Text of a file of the repository, by its path from the root; undefined when there is none. */
  readonly readFile: (path: string) => string | undefined
  /** The last commit that changed a path. */
  readonly gitCommitOf: (path: string) => string | undefined
}

/** Gives a manifest its meaning, each part when it is asked for and once. */
export interface Resolver {
  /** The values of an environment, all layers merged and evaluated. */
  values(environment: Environment): Readonly<Record<string, Value>>
  definition(component: Component, environment: Environment): Definition
  /** Evaluates what a definition leaves open; it must come from this resolver. */
  resolve(definition: Definition, lookup: OutputLookup): Resolution
  /** Where everything comes from; `path` narrows it: `inputs.db`, `values.replicas`. */
  explain(definition: Definition, path?: string): readonly ExplainedValue[]
}

/** A value with its origin. */
export interface ExplainedValue {
  /** `inputs.db.host`, `values.replicas`, `when`, `before[0].run` */
  readonly path: string
  /** What it is, for people: outputs stand as `(from db: host)`. */
  readonly value: string
  /** The expression that gives it; undefined for what is written as it is. */
  readonly expression: string | undefined
  /** `environments.prod.values`, `--set`, the name of a file. */
  readonly layer: string
  readonly at: Position | undefined
}

/**
 * All functions of the result throw an AppError `invalid` with the place and a caret when an expression
 * cannot be evaluated.
 */
export function createResolver(_manifest: Manifest, _context: ResolveContext): Resolver {
  throw new Error('not written yet')
}

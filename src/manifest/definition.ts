import type { Value } from '../platform/value.ts'
import type { Component, Environment, HookPhase } from './manifest.ts'
import type { Position } from './node.ts'

/** An output that an expression reads. */
export interface OutputReference {
  readonly component: string
  readonly environment: string
  readonly output: string
  /** Keys behind the output's name, as far as they are literal: `outputs.net.subnets[0].id`. */
  readonly path: readonly (string | number)[]
  readonly at: Position
}

/** What is known of one output of a workspace at this moment. */
export type KnownOutput =
  /** Applied, and nothing is planned that would change it. */
  | { readonly is: 'known'; readonly value: Value; readonly sensitive: boolean }
  /** The upstream's plan says so; the parts at `unknown` are only known after its apply. */
  | {
      readonly is: 'planned'
      readonly value: Value
      readonly unknown: readonly (readonly (string | number)[])[]
      readonly sensitive: boolean
    }
  | { readonly is: 'unknown' }
  /** Its workspace is skipped, or has no such output. A sentence says why there will be none. */
  | { readonly is: 'absent'; readonly because: string }

/** Looks up outputs; the references of a definition are known before, so it is prepared. */
export type OutputLookup = (reference: OutputReference) => KnownOutput

/** A component in an environment, resolved as far as that is possible without any output. */
export interface Definition {
  /** `db@dev` */
  readonly name: string
  readonly component: Component
  readonly environment: Environment
  /** Why it does not take part here: `when: values.search` is false. Then the rest is empty. */
  readonly skipped: string | undefined
  /** Outputs that anything in it reads (inputs, command, hooks), without repetition. */
  readonly references: readonly OutputReference[]
  /** sha256 over everything that is resolved at load, with expressions over outputs as text. */
  readonly digest: string
}

/** A definition with everything evaluated, at the moment of planning or applying. */
export interface Resolution {
  /** `known`: can be applied. `planned`: only a provisional plan. `unknown`: it has to wait. */
  readonly certainty: 'known' | 'planned' | 'unknown'
  /** Outputs that are awaited: `db.host`, or `shared/dns.zone_id` of another environment. */
  readonly waitsFor: readonly string[]
  /** An upstream will never give what this needs (it is skipped): a sentence. */
  readonly impossible: string | undefined
  /** The root module's directory or address, or the command. */
  readonly main: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly before: readonly ResolvedHook[]
  readonly after: readonly ResolvedHook[]
  /** Relative to the root; absent ones that may be absent are left out. */
  readonly varFiles: readonly string[]
  readonly terraformWorkspace: string
  /** Every text and number that came from a sensitive output: to be masked wherever it shows. */
  readonly secrets: readonly string[]
}

export interface ResolvedHook {
  readonly run: string
  readonly env: Readonly<Record<string, string>>
  readonly on: readonly HookPhase[]
}

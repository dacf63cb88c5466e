import type { Value } from '../platform/value.ts'
import type { OutputDeclaration } from './manifest.ts'

/** A type of Terraform's, as it is written for an output. */
export type OutputType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: OutputType }
  | { readonly kind: 'tuple'; readonly items: readonly OutputType[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, OutputField> }

export interface OutputField {
  readonly type: OutputType
  readonly optional: boolean
}

/** The type that a text says, or in one sentence why it says none. */
export function parseOutputType(_text: string): OutputType | string {
  return { kind: 'any' }
}

/** Where outputs break what a component promises: sentences, none when all is well. */
export function checkOutputs(
  _declared: ReadonlyMap<string, OutputDeclaration>,
  _actual: Readonly<Record<string, { readonly value: Value; readonly sensitive: boolean }>>,
): string[] {
  return []
}

import type { Component, Manifest } from '../manifest.ts'
import type { Position } from '../node.ts'
import { type PlacedText, textsOfComponent } from './component-texts.ts'
import { placeIn } from './place.ts'
import { placeRules } from './place-rules.ts'
import { readsOf } from './reads.ts'
import { templateOf } from './template.ts'

/** An output that a component reads, as it is written: known before anything is evaluated. */
export interface WrittenReference {
  readonly component: string
  /** Named by `environment("shared")`; undefined: the environment of who reads. */
  readonly environment: string | undefined
  readonly output: string
  /** Keys behind the output's name, as far as they are literal. */
  readonly path: readonly (string | number)[]
  /** It stands in the inputs of one environment and holds only there. */
  readonly onlyIn: string | undefined
  readonly at: Position
}

/** All outputs that a component reads, in the order in which they are written, repetitions too. */
export function outputReferences(
  manifest: Manifest,
  component: Component,
): readonly WrittenReference[] {
  const known = remembered.get(component)
  if (known !== undefined) return known
  const found = [...textsOfComponent(manifest, component)].flatMap(referencesIn)
  rememberReferences(component, found)
  return found
}

/** A component belongs to one manifest, and neither ever changes. */
const remembered = new WeakMap<Component, readonly WrittenReference[]>()

/** Makes known what a component reads. */
export function rememberReferences(
  component: Component,
  references: readonly WrittenReference[],
): void {
  remembered.set(component, references)
}

/** The outputs that a text reads; none where none may be read. */
export function referencesIn({ scalar, place, onlyIn }: PlacedText): WrittenReference[] {
  if (typeof scalar.value !== 'string' || !placeRules[place].outputs) return []
  return templateOf(scalar.value).pieces.flatMap((piece) => {
    if (typeof piece === 'string') return []
    return readsOf(piece.expression).outputs.map(({ at, ...read }) => {
      return { ...read, onlyIn, at: placeIn(scalar, piece.start + at) }
    })
  })
}

import type { Component, Manifest } from '../manifest.ts'
import type { Position } from '../node.ts'

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
export function outputReferences(_manifest: Manifest, _component: Component): WrittenReference[] {
  return []
}

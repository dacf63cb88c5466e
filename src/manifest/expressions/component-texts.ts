import type { Component, Manifest } from '../manifest.ts'
import type { MapNode, Node, ScalarNode } from '../node.ts'
import type { Place } from './place-rules.ts'

/** A text of a manifest that may hold expressions. */
export interface PlacedText {
  readonly scalar: ScalarNode
  readonly place: Place
  /** It stands in the inputs of one environment and holds only there. */
  readonly onlyIn: string | undefined
}

/** Every text of a component that may hold expressions, those of single environments too. */
export function* textsOfComponent(manifest: Manifest, component: Component): Iterable<PlacedText> {
  const { kind, main, inputs, when, terraform } = component
  yield* texts([main], kind === 'run' ? 'start' : 'load')
  if (when !== undefined) yield* texts([when], 'when')
  yield* texts(component.valueFiles, 'load')
  if (inputs !== undefined) yield* texts([inputs], 'start')
  for (const hook of [...component.before, ...component.after]) {
    yield* texts([hook.run, ...some(hook.env)], 'start')
  }
  if (terraform !== undefined)
    yield* texts([...some(terraform.workspace), ...terraform.varFiles], 'load')
  for (const environment of manifest.environments.values()) {
    yield* texts(some(environment.inputs.get(component.name)), 'start', environment.name)
  }
}

/** Every text of the values. */
export function* textsOfValues(manifest: Manifest): Iterable<PlacedText> {
  const layers = [manifest, ...manifest.environments.values()].map((layer) => layer.values)
  yield* texts(
    layers.filter((layer): layer is MapNode => layer !== undefined),
    'values',
  )
}

function* texts(nodes: readonly Node[], place: Place, onlyIn?: string): Iterable<PlacedText> {
  for (const scalar of scalarsIn(nodes)) yield { scalar, place, onlyIn }
}

export function* scalarsIn(nodes: readonly Node[]): Iterable<ScalarNode> {
  for (const node of nodes) {
    if (node.kind === 'scalar') yield node
    else if (node.kind === 'list') yield* scalarsIn(node.items)
    else yield* scalarsIn(node.entries.map((entry) => entry.value))
  }
}

function some<T>(node: T | undefined): readonly T[] {
  return node === undefined ? [] : [node]
}

import { outputReferences } from '../expressions/references.ts'
import type { Component, Manifest } from '../manifest.ts'
import type { Position } from '../node.ts'

/** An edge as it is written at a component, before it is known in which environments it holds. */
export interface WrittenEdge {
  readonly component: string
  /** Named by `environment("shared")`; undefined: the environment of who reads. */
  readonly environment: string | undefined
  /** Undefined: only the order counts. */
  readonly output: string | undefined
  /** It stands in the inputs of one environment and holds only there. */
  readonly onlyIn: string | undefined
  readonly isLoose?: boolean
  readonly at: Position
}

/** All edges of a component, `needs` first, each as often as it is written. */
export function writtenEdges(manifest: Manifest, component: Component): WrittenEdge[] {
  const needs = component.needs.map(({ name, at, environment, isLoose }) => ({
    component: name,
    environment,
    output: undefined,
    onlyIn: undefined,
    ...(isLoose === undefined ? {} : { isLoose }),
    at,
  }))
  return [...needs, ...outputReferences(manifest, component)]
}

/** The environments, in order, in which a component exists. */
export function environmentsOf(manifest: Manifest, component: Component): string[] {
  const all = [...manifest.environments.keys()]
  const { environments } = component
  return environments === undefined ? all : all.filter((name) => environments.includes(name))
}

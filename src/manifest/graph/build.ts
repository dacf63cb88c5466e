import type { Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'
import type { Graph } from './graph.ts'

/** The graph of a manifest that `checkGraph` found right. */
export function buildGraph(_manifest: Manifest): Graph {
  return { nodes: new Map(), order: [] }
}

/** What is wrong with the edges: unknown names, edges to itself or to where nothing is, cycles. */
export function checkGraph(_manifest: Manifest): Problem[] {
  return []
}

import type { Graph } from './graph.ts'
import type { Selected, Selection } from './selection.ts'

/**
 * The workspaces that somebody asked for. A filter selects and only selects; nothing is added but by
 * `to`, `withDependencies` and `withDependents`.
 * @throws AppError `invalid` for a name that nothing has, with the nearest ones.
 */
export function select(_graph: Graph, _selection: Selection): Selected {
  return { names: new Set(), because: new Map() }
}

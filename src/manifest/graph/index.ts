/** For commands that show a manifest without its meaning. */
export { buildGraph } from './build.ts'
export { type Graph, nameOf, type WorkspaceNeed, type WorkspaceNode } from './graph.ts'
export { select } from './select.ts'
export type { Selected, Selection } from './selection.ts'

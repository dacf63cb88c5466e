import type { ContextOf } from '../context-of.ts'

/** What the routes of workspaces work with. */
export type WorkspaceDeps = ContextOf<'db' | 'projects' | 'runs' | 'state'>

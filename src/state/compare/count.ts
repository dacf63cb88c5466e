import type { ParsedState } from '../format/parsed-state.ts'
import type { ResourceCounts } from '../state-version.ts'
import { changedOutputs } from './diff.ts'
import { matchInstances } from './match.ts'

export interface ChangeCount {
  readonly counts: ResourceCounts
  readonly outputsChanged: readonly string[]
}

/** Counts a state's managed instances and what changed; undefined when either cannot be read. */
export function countChanges(
  before: ParsedState | undefined,
  after: ParsedState,
): ChangeCount | undefined {
  if (before?.hidden !== undefined || after.hidden !== undefined) return undefined
  const matches = matchInstances(before?.resources ?? [], after.resources).filter(
    (match) => (match.after ?? match.before).mode === 'managed',
  )
  const count = (...kinds: readonly string[]) =>
    matches.filter(({ kind }) => kinds.includes(kind)).length
  return {
    counts: {
      total: after.resources.filter(({ mode }) => mode === 'managed').length,
      added: count('added'),
      changed: count('updated', 'taint'),
      removed: count('removed'),
      moved: count('moved'),
    },
    outputsChanged: changedOutputs(before?.outputs ?? [], after.outputs).map(([from, to]) =>
      plain(to?.name ?? from?.name ?? ''),
    ),
  }
}

// PostgreSQL keeps neither NUL nor half of a surrogate pair in JSON.
function plain(name: string): string {
  return name.replaceAll('\0', '\uFFFD').toWellFormed()
}

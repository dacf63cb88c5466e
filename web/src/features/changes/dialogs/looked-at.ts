import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { runQuery } from '../../runs/run-queries.ts'
import type { LiveNode } from '../live-change.ts'
import { movedSince } from './moved-since.ts'

/** The plans that somebody looks at, as they were when the dialog was opened. */
export interface LookedAt {
  readonly nodes: readonly LiveNode[]
  /** By workspace; an approval names them. */
  readonly digests: Readonly<Record<string, string>>
  /** Digests are still being read. */
  readonly isLoading: boolean
  readonly error: unknown
  /** Workspaces whose plan was made again, or is gone, since. */
  readonly moved: readonly string[]
  /** Look at the plans as they are now. */
  readonly lookAgain: () => void
}

/** Keeps what is shown as it is while somebody reads it, so that they agree to what they read. */
export function useLookedAt(now: readonly LiveNode[]): LookedAt {
  const [nodes, setNodes] = useState(now)
  const missing = nodes.filter((node) => node.digest === undefined && node.runId !== undefined)
  const reads = useQueries({
    queries: missing.map((node) => ({ ...runQuery(node.runId ?? 0), staleTime: 0 })),
  })
  const read = missing.map((node, index) => [node.name, reads[index]?.data?.digest] as const)
  const known = nodes.map((node) => [node.name, node.digest] as const)
  const digests: Record<string, string> = {}
  for (const [name, digest] of [...known, ...read]) if (digest !== undefined) digests[name] = digest
  return {
    nodes,
    digests,
    isLoading: reads.some((one) => one.isPending),
    error: reads.find((one) => one.error !== null)?.error ?? null,
    moved: movedSince(nodes, now),
    lookAgain: () => setNodes(now),
  }
}

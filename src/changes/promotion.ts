import { type RunStatus, runName } from '../runs/index.ts'
import type { Result } from './change.ts'
import { isSettled, resultOf } from './result.ts'

/** A workspace of the change, in the environment that asks or in the one that comes before it. */
export interface PromotedNode {
  readonly name: string
  readonly component: string
  /** Its component exists in the environment that comes before. */
  readonly promoted: boolean
  readonly sourceDigest: string
  readonly result: Result
}

/** The run that last made a workspace what it is. */
export interface LastRun {
  readonly run: number
  readonly operation: string
  readonly status: RunStatus
  readonly reason: string | undefined
  /** Undefined for a run of no change: nobody knows from which sources. */
  readonly sourceDigest: string | undefined
}

export interface Promotion {
  /** The environment that comes before. */
  readonly after: string
  /** The change's workspaces in the environment that asks. */
  readonly here: readonly PromotedNode[]
  /** Those in the environment that comes before. */
  readonly before: readonly PromotedNode[]
  /** Of components that the change leaves alone there, by component. */
  readonly history: ReadonlyMap<string, LastRun>
}

/**
 * What has not proven itself in the environment before, each as a sentence. A component has, when
 * this change brought it there, or when the last run there had the same sources.
 */
export function notPromoted({ after, here, before, history }: Promotion): string[] {
  const there = new Map(before.map((node) => [node.component, node]))
  const sentences = here
    .filter((node) => node.result !== 'skipped')
    .flatMap((node) => {
      const upstream = there.get(node.component)
      if (upstream !== undefined) return unsettled(upstream)
      // What exists nowhere before goes together with everything else of the change.
      if (!node.promoted) return before.flatMap(unsettled)
      const name = `${node.component}@${after}`
      return doubt(name, history.get(node.component), node.sourceDigest)
    })
  return [...new Set(sentences)]
}

function unsettled({ name, result }: PromotedNode): string[] {
  return isSettled(result) ? [] : [`${name} is ${result}`]
}

function doubt(name: string, last: LastRun | undefined, sourceDigest: string): string[] {
  if (last === undefined) return [`${name} was never applied`]
  const run = runName(last.run)
  const result = resultOf({ ...last, provisional: false })
  if (last.operation === 'destroy') return [`${name} was destroyed (${run})`]
  if (!isSettled(result)) return [`${name} is ${result} (${run})`]
  if (last.sourceDigest === sourceDigest) return []
  return [`${name} was last applied from other sources (${run})`]
}

import type { Operation, RunStatus } from '../runs/index.ts'

/** What is known of a workspace now, whichever way it came there: the cell of a platform's matrix. */
export interface Deployed {
  readonly workspaceId: string
  readonly component: string
  readonly environment: string
  /** Its current state; undefined when nothing was ever recorded. */
  readonly state:
    | {
        readonly version: number
        /** Undefined when it cannot be read. */
        readonly resources: number | undefined
        readonly recordedAt: Date
      }
    | undefined
  /** The newest run. */
  readonly lastRun: DeployedRun | undefined
  /** The newest run that ended applied or unchanged. */
  readonly lastGood:
    | (DeployedRun & {
        /** Of its change; undefined when it was no part of one. */
        readonly sourceDigest: string | undefined
        readonly definitionDigest: string | undefined
      })
    | undefined
  /** A run whose end nobody saw. */
  readonly unknownRun: number | undefined
  /** The result of a real apply was rejected. */
  readonly isAtRisk: boolean
  /** A person or another client holds it. */
  readonly lockedBy: string | undefined
}

export interface DeployedRun {
  readonly id: number
  readonly changeId: number | undefined
  readonly operation: Operation
  readonly status: RunStatus
  readonly reason: string | undefined
  /** When the last thing happened to it. */
  readonly at: Date
}

/** Something of it is there: its last good run did not destroy it, or its state holds resources. */
export function isDeployed({ state, lastGood }: Deployed): boolean {
  if (state === undefined) return false
  if (lastGood?.operation === 'destroy') return (state.resources ?? 1) > 0
  return lastGood !== undefined || (state.resources ?? 1) > 0
}

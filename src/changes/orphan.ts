import type { RunSource } from '../runs/index.ts'

/** A workspace that still has something in its state, and that the manifest does not have any more. */
export interface Orphan {
  readonly workspaceId: string
  /** `db@dev` */
  readonly name: string
  readonly component: string
  readonly environment: string
  /** Resources in its state; undefined when it cannot be read. */
  readonly resources: number | undefined
  /** The run that last applied it; undefined when its state came another way (imported, pushed). */
  readonly lastApply:
    | {
        readonly run: number
        readonly source: RunSource
        readonly sourceDigest: string | undefined
      }
    | undefined
}

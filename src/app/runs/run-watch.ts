import type { ResourceProgress } from '../../runner/index.ts'
import type { Run } from '../../runs/index.ts'

/** Somebody who watches a run from beside it, and may end it. */
export interface RunWatch {
  /** The run exists, or has another status now. */
  changed(run: Run): void
  output(text: string): void
  progress(event: ResourceProgress): void
  /** A sentence about the run that is not Terraform's. */
  notice(sentence: string): void
  /** Aborted when the person cancels. */
  readonly cancelled: AbortSignal
  /** Aborted when the person forces the end. */
  readonly forced: AbortSignal
}

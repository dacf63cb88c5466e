import type { ApplyOutcome } from '../../job.ts'
import { isNewer, markOf } from '../../state/state-bytes.ts'
import type { Ran } from './apply-command-runner.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import { failureReason } from './tool-errors.ts'

export interface FinalState {
  readonly state: Buffer | undefined
  readonly fault: string | undefined
}

export interface End extends Ran {
  /** What it left at its end. */
  readonly left: FinalState
  /** The newest state that was seen on the way. */
  readonly seen: Buffer | undefined
}

/** What an apply that ended means for its run. */
export function applyEnd(
  phase: TerraformPhase,
  { exit, errors, concluded, left, seen }: End,
): ApplyOutcome {
  const { requested, outcome } = phase.cancellation
  const state = left.state ?? seen
  const cause = requested === 'force' ? ', as it was asked to by force' : ''
  if (exit.exitCode === undefined) {
    const reason = `apply was ended by ${exit.signal ?? 'a signal'}${cause}; what it had begun is not known`
    return { kind: 'unknown', reason, state }
  }
  if (left.fault !== undefined) return { kind: 'unknown', reason: left.fault, state }
  if (exit.exitCode === 0) {
    if (concluded || isProgress(left.state, phase.job.state)) return { kind: 'applied', state }
    const reason =
      'apply ended without a word that it is complete and without a new state; what it did is not known'
    return { kind: 'unknown', reason, state }
  }
  if (exit.exitCode !== 1) {
    const reason = `apply crashed with exit code ${exit.exitCode}; what it had begun is not known`
    return { kind: 'unknown', reason, state }
  }
  if (outcome !== undefined) return { ...outcome, state }
  const reason = phase.redactor.redact(failureReason('apply', exit, errors))
  return { kind: 'failed', reason, state }
}

function isProgress(state: Buffer | undefined, before: Buffer | undefined): boolean {
  const mark = state && markOf(state)
  return mark !== undefined && isNewer(mark, before && markOf(before))
}

import { holdOverride } from '../../../engines/index.ts'
import type { ApplyOutcome, Job } from '../../job.ts'
import { markOf, type StateMark } from '../../state/state-bytes.ts'
import { runApply } from './apply-command-runner.ts'
import { applyEnd } from './apply-end.ts'
import { initialiseOwn, pullOwnState } from './own-state-runner.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'

/** The module's own backend is written by the tool alone; what it holds afterwards is recorded. */
export async function applyToOwn(
  phase: TerraformPhase,
  args: readonly string[],
  onStart: () => void,
): Promise<ApplyOutcome> {
  const { job, cancellation, log } = phase
  const override = await holdOverride(
    job.directory,
    { backend: 'own' },
    {
      signal: cancellation.signal,
      onWait: () => log.say('Waiting for another plan of this directory.'),
    },
  )
  try {
    const init = await initialiseOwn(phase)
    if (init.kind !== 'done') return { ...init, state: undefined }
    onStart()
    const ran = await runApply(phase, args, phase.variables('own'))
    const pulled = await pullOwnState(phase)
    const state = pulled.kind === 'done' ? pulled.state : undefined
    const end = applyEnd(phase, { ...ran, left: { state, fault: undefined }, seen: undefined })
    if (pulled.kind === 'done') return isRecorded(job, state) ? { ...end, state: undefined } : end
    if (end.kind !== 'applied') return end
    const why = pulled.kind === 'failed' ? `: ${pulled.reason}` : ''
    const reason = `it was applied, but no copy of its state could be recorded${why}`
    return { kind: 'failed', reason, state: undefined }
  } finally {
    await override.release()
  }
}

/** Tools may write one state in two ways: what has the serial that is recorded is no new version. */
function isRecorded(job: Job, state: Buffer | undefined): boolean {
  const [left, recorded] = [state, job.state].map((bytes) => bytes && markOf(bytes))
  return left !== undefined && recorded !== undefined && sameMark(left, recorded)
}

function sameMark(a: StateMark, b: StateMark): boolean {
  return a.lineage === b.lineage && a.serial === b.serial
}

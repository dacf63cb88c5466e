import { readFile } from 'node:fs/promises'
import { type ReadPlan, readPlanJson, showArguments } from '../../../engines/index.ts'
import type { Step } from './prepare-runner.ts'
import { assertPinned } from './state/pinned-backend.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import type { Backend } from './terraform-places.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/** A plan file, and what it says. */
export interface SavedPlan {
  readonly kind: 'read'
  readonly file: Buffer
  readonly read: ReadPlan
}

/**
 * Reads the plan that the tool just saved.
 * @throws AppError `conflict` when it would write to another backend
 */
export async function readSavedPlan(
  phase: TerraformPhase,
  backend: Backend,
  variables: Readonly<Record<string, string>>,
): Promise<SavedPlan | Exclude<Step, { kind: 'done' }>> {
  const lines: string[] = []
  const errors = new ToolErrors()
  const exit = await phase.terraform(showArguments(phase.places.plan), {
    variables,
    maximumLine: 1024 * 1024 * 1024,
    onLine: ({ text }, stream) => {
      if (stream === 'stdout') lines.push(text)
      else errors.line(text)
    },
  })
  const { outcome } = phase.cancellation
  if (outcome !== undefined) return outcome
  if (exit.exitCode !== 0) {
    return { kind: 'failed', reason: phase.redactor.redact(failureReason('show', exit, errors)) }
  }
  const read = readPlanJson(lines.join('\n'))
  phase.redactor.add(read.secrets)
  if (read.errored) return { kind: 'failed', reason: 'the plan is incomplete: planning had errors' }
  const file = await readFile(phase.places.plan)
  assertPinned(phase, backend, file)
  return { kind: 'read', file, read }
}

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  loadPlanReader,
  type PlanFileSetting,
  type ReadPlan,
  readPlanJson,
  showArguments,
} from '../../../engines/index.ts'
import type { Step } from './prepare-runner.ts'
import { askSchemas } from './schemas-runner.ts'
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
  const file = await readFile(phase.places.plan)
  assertPinned(phase, backend, file)
  const setting: PlanFileSetting = {
    tool: phase.tool,
    variables,
    schemaDirectory: schemaDirectory(phase),
    askSchemas: (question) => askSchemas(phase, { backend, variables }, question),
  }
  const reader = await loadPlanReader()
  const read = (await reader.readPlanFile(file, setting)) ?? (await showPlan(phase, variables))
  const { outcome } = phase.cancellation
  if (outcome !== undefined) return outcome
  if ('kind' in read) return read
  phase.redactor.add(read.secrets)
  if (read.errored) return { kind: 'failed', reason: 'the plan is incomplete: planning had errors' }
  return { kind: 'read', file, read }
}

function schemaDirectory({ job }: TerraformPhase): string | undefined {
  return job.cacheDirectory && path.join(job.cacheDirectory, 'schemas')
}

/** Lets the tool say what is in the plan. */
async function showPlan(
  phase: TerraformPhase,
  variables: Readonly<Record<string, string>>,
): Promise<ReadPlan | Extract<Step, { kind: 'failed' }>> {
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
  if (exit.exitCode === 0) return readPlanJson(lines.join('\n'))
  return { kind: 'failed', reason: phase.redactor.redact(failureReason('show', exit, errors)) }
}

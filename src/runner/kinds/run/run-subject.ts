import { createHash } from 'node:crypto'
import {
  digestInputs,
  inputVariables,
  type RunRecord,
  type RunSubject,
  readRunRecord,
} from '../../../engines/index.ts'
import { conflict, invalid } from '../../../platform/errors.ts'
import { valueJson } from '../../../platform/value-json.ts'
import type { PlanFacts } from '../../../runs/index.ts'
import type { Redactor } from '../../../secrets/index.ts'
import { hookFacts } from '../../hook-facts.ts'
import type { Job } from '../../job.ts'
import { markOf } from '../../state/state-bytes.ts'

/**
 * What a job runs, with which inputs; to destroy its record it runs nothing.
 * @throws AppError `invalid` for an input that cannot be an environment variable
 */
export function subjectOf(job: Job): RunSubject {
  if (job.operation === 'destroy') return { command: '', source: '', inputs: {} }
  const { component, environment } = job.workspace
  const { command } = job
  if (command === undefined || command.trim() === '') {
    throw invalid(`${component}@${environment} says nothing that could be run`, {
      next: 'Write a command behind `run:`.',
    })
  }
  return {
    command,
    source: job.sourceDigest ?? '',
    inputs: inputVariables(job.inputs, `${component}@${environment}`),
  }
}

/** @throws AppError `conflict` when the workspace's state was made by something else */
export function recordOf({ state, workspace }: Job): RunRecord | undefined {
  if (state === undefined) return undefined
  const record = readRunRecord(state)
  if (record !== undefined) return record
  const { component, environment } = workspace
  throw conflict(
    `the state of ${component}@${environment} is not that of a \`run\` component: it was of another kind before`,
    { next: 'Give the component another name, or destroy what it was first.' },
  )
}

/** What an approval binds, except for the plan file. */
export function runFacts(job: Job): Omit<PlanFacts, 'planFile'> {
  const mark = job.state && markOf(job.state)
  return {
    source: job.sourceDigest ?? '',
    state: mark && { lineage: mark.lineage, serial: mark.serial },
    inputs: digestInputs({
      inputs: job.inputs,
      values: { command: job.command ?? '' },
      files: [],
      hooks: hookFacts(job.hooks),
    }),
    tool: 'sh',
  }
}

/** What the apply is given of a plan: enough to see that it is about the same. */
export function planFileOf(job: Job, subject: RunSubject): Buffer {
  const { command, source, inputs } = subject
  const digest = createHash('sha256')
    .update(valueJson([command, source, inputs]))
    .digest('hex')
  return Buffer.from(`${valueJson({ kind: 'run', operation: job.operation, digest })}\n`)
}

/** Names of the inputs whose values must not be shown: anything secret is in them. */
export function secretInputs(
  { inputs }: RunSubject,
  { secrets }: Pick<Job, 'secrets'>,
  redactor: Redactor,
): ReadonlySet<string> {
  const isSecret = (text: string) => secrets.includes(text) || redactor.redact(text) !== text
  return new Set(
    Object.entries(inputs)
      .filter(([, text]) => isSecret(text))
      .map(([name]) => name),
  )
}

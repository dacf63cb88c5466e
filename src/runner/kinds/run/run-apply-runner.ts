import { randomUUID } from 'node:crypto'
import {
  type RunOutput,
  type RunRecord,
  type RunSubject,
  readWrittenOutputs,
  recordDigest,
  runAddress,
  runState,
  typedOutputs,
} from '../../../engines/index.ts'
import { checkOutputs } from '../../../manifest/index.ts'
import { AppError } from '../../../platform/errors.ts'
import { valueTexts } from '../../../platform/value-json.ts'
import { mask } from '../../../secrets/index.ts'
import type { ApplyOutcome } from '../../job.ts'
import { type Phase, writeSecretFile } from '../../phase-runner.ts'
import { tryAgain } from '../../retry.ts'
import { endingOf, runShell, type ShellEnd, shortCommand } from '../../shell-runner.ts'
import { readIfThere } from '../../state/state-file.ts'
import { planFileOf, recordOf, secretInputs, subjectOf } from './run-subject.ts'

/**
 * Runs the command, and records that it did.
 * @param onStart from here on something may have changed
 * @throws AppError before anything started
 */
export async function applyRun(
  phase: Phase,
  planFile: Buffer,
  onStart: () => void,
): Promise<ApplyOutcome> {
  const { job, cancellation } = phase
  const subject = subjectOf(job)
  if (!planFileOf(job, subject).equals(planFile)) {
    const reason = 'the plan was made for another command or other inputs. Plan again.'
    return { kind: 'failed', reason, state: undefined }
  }
  const before = recordOf(job) ?? { lineage: randomUUID(), serial: 0 }
  if (job.operation === 'destroy') {
    return { kind: 'applied', state: runState(before, undefined, {}) }
  }
  if (cancellation.outcome !== undefined) return { ...cancellation.outcome, state: undefined }
  onStart()
  const end = await follow(phase, () =>
    tryAgain(
      phase,
      (hear) => runOnce(phase, subject, hear),
      ({ exitCode }) => exitCode !== 0,
    ),
  )
  if (end.exitCode !== 0) return failed(phase, subject, end)
  return finished(phase, subject, before)
}

async function runOnce(
  phase: Phase,
  subject: RunSubject,
  hear: (line: string) => void,
): Promise<ShellEnd> {
  const { places } = phase
  await writeSecretFile(places.outputs, '')
  return runShell(phase, {
    command: subject.command,
    env: { ...subject.inputs, PORTOLAN_OUTPUTS: places.outputs },
    operation: 'apply',
    onLine: hear,
  })
}

/** Tells of the command as of a resource that is being made. */
async function follow(phase: Phase, work: () => Promise<ShellEnd>): Promise<ShellEnd> {
  const { port, job } = phase
  const base = {
    address: runAddress,
    action: job.state === undefined ? 'create' : 'update',
    idKey: undefined,
    idValue: undefined,
  }
  const started = Date.now()
  const tell = (status: 'started' | 'done' | 'failed', seconds: number | undefined) =>
    port.progress({ ...base, status, seconds }).catch(() => {}) // The journal may miss it.
  await tell('started', undefined)
  const end = await work()
  const seconds = Math.round((Date.now() - started) / 1000)
  await tell(end.exitCode === 0 ? 'done' : 'failed', seconds)
  return end
}

function failed(phase: Phase, { command }: RunSubject, end: ShellEnd): ApplyOutcome {
  const { cancellation, redactor } = phase
  const { outcome, requested } = cancellation
  const name = shortCommand(redactor.redact(command))
  if (requested === 'force') {
    const reason = `${name} was ended by force; what it had begun is not known`
    return { kind: 'unknown', reason, state: undefined }
  }
  if (outcome?.kind === 'cancelled') return { ...outcome, state: undefined }
  const how = outcome?.reason ?? endingOf(end)
  return { kind: 'failed', reason: redactor.redact(`${name} ${how}`), state: undefined }
}

async function finished(
  phase: Phase,
  subject: RunSubject,
  before: Pick<RunRecord, 'lineage' | 'serial'>,
): Promise<ApplyOutcome> {
  const { job, redactor } = phase
  const read = await outputsOf(phase)
  if ('reason' in read) {
    const reason = `${shortCommand(redactor.redact(subject.command))} went well, but ${read.reason}`
    return { kind: 'failed', reason, state: undefined }
  }
  const { lineage } = before
  const secret = secretInputs(subject, job, redactor)
  const attributes = {
    command: redactor.redact(subject.command),
    source: subject.source,
    inputs: mapValues(subject.inputs, (text, name) => (secret.has(name) ? mask : text)),
    command_digest: recordDigest(lineage, subject.command),
    input_digests: mapValues(subject.inputs, (text) => recordDigest(lineage, text)),
    ran_at: new Date().toISOString(),
  }
  return { kind: 'applied', state: runState(before, attributes, read.outputs) }
}

const largest = 16 * 1024 * 1024

/** What the command gave, or why that is not what was promised. */
async function outputsOf({
  places,
  job,
  redactor,
}: Phase): Promise<
  { readonly outputs: Readonly<Record<string, RunOutput>> } | { readonly reason: string }
> {
  try {
    const bytes = (await readIfThere(places.outputs)) ?? Buffer.alloc(0)
    if (bytes.length > largest) return { reason: 'its outputs are beyond 16 MiB' }
    const written = readWrittenOutputs(bytes.toString('utf8'))
    const typed = typedOutputs(written, job.outputs)
    if ('faults' in typed) return { reason: typed.faults.join('; ') }
    const sensitive = Object.values(typed.outputs).filter((output) => output.sensitive)
    redactor.add(sensitive.flatMap(({ value }) => valueTexts(value)))
    const broken = checkOutputs(job.outputs, typed.outputs)
    return broken.length > 0 ? { reason: broken.join('; ') } : typed
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { reason: `${error.message}. ${error.next ?? ''}`.trim() }
  }
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (text: string, name: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, text]) => [name, change(text, name)]),
  )
}

import { createHash } from 'node:crypto'
import {
  changedInputs,
  decideRun,
  type RunDecision,
  type RunRecord,
  type RunSubject,
  readPlanJson,
  runPlanJson,
} from '../../../engines/index.ts'
import { parsePlan, protectNothing, summarizePlan } from '../../../runs/index.ts'
import type { PlanOutcome } from '../../job.ts'
import type { Phase } from '../../phase-runner.ts'
import { fingerprintPlan } from '../../plan/plan-fingerprint.ts'
import { plannedOutputs } from '../../plan/planned-outputs.ts'
import { saltOf } from '../../salt-file.ts'
import { planFileOf, recordOf, runFacts, secretInputs, subjectOf } from './run-subject.ts'

/**
 * Decides whether the command has to run, without running anything.
 * @throws AppError when the job cannot be run at all
 */
export async function planRun(phase: Phase): Promise<PlanOutcome> {
  const { job, redactor, places } = phase
  const subject = subjectOf(job)
  const record = recordOf(job)
  const decision = decideRun(subject, record, job)
  const secret = secretInputs(subject, job, redactor)
  tell(phase, { subject, record, decision, secret })
  const parts = { subject, record, decision, declared: job.outputs, secretInputs: secret }
  const read = readPlanJson(runPlanJson(parts))
  const json = read.masked((text) => redactor.redact(text))
  const file = planFileOf(job, subject)
  return {
    kind: 'planned',
    facts: { planFile: createHash('sha256').update(file).digest('hex'), ...runFacts(job) },
    file: job.provisional ? undefined : file,
    json,
    summary: summarizePlan(parsePlan(json), { protect: job.protect ?? protectNothing }),
    changes: decision.action !== 'no-op',
    applicable: !job.provisional && decision.action !== 'no-op',
    outputs: plannedOutputs(read.unmasked),
    fingerprint: fingerprintPlan(read.unmasked, await saltOf(places)),
    lockFile: undefined,
  }
}

interface Told {
  readonly subject: RunSubject
  readonly record: RunRecord | undefined
  readonly decision: RunDecision
  readonly secret: ReadonlySet<string>
}

/** The plan in words: what will run, and why. */
function tell({ log }: Phase, { subject, record, decision, secret }: Told): void {
  if (decision.action === 'no-op') {
    log.say(`Nothing to run: ${decision.because}.`)
    return
  }
  if (decision.action === 'delete') {
    log.say('Its record will be deleted; what the command made is not undone by that.')
    return
  }
  log.say('Will run:')
  for (const line of subject.command.trimEnd().split('\n')) log.say(`  ${line}`)
  log.say(`Because ${decision.because.join(', ')}.`)
  if (record === undefined) return
  for (const { name } of changedInputs(subject, record)) {
    const before = record.attributes?.inputs[name]
    const [old, now] = [before, subject.inputs[name]].map((text) => shown(text))
    log.say(`  ${name}: ${secret.has(name) ? '(sensitive value)' : `${old} → ${now}`}`)
  }
}

function shown(text: string | undefined): string {
  if (text === undefined) return '(none)'
  return text.length > 200 ? `${JSON.stringify(text.slice(0, 200))} …` : JSON.stringify(text)
}

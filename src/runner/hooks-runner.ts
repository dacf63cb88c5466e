import type { HookPhase, ResolvedHook } from '../manifest/index.ts'
import type { ApplyOutcome, Job, PlanOutcome } from './job.ts'
import type { Phase } from './phase-runner.ts'
import { reasonOf } from './reason.ts'
import {
  askShell,
  endingOf,
  runShell,
  type ShellCommand,
  type ShellEnd,
  shortCommand,
} from './shell-runner.ts'

/** Plans between the hooks that go with planning; a hook that fails makes the plan fail. */
export async function planWithHooks(
  phase: Phase,
  plan: () => Promise<PlanOutcome>,
): Promise<PlanOutcome> {
  const before = await runHooks(phase, 'before')
  if (before.kind !== 'done') return before
  const outcome = await plan()
  if (outcome.kind !== 'planned') return outcome
  const after = await runHooks(phase, 'after')
  if (after.kind !== 'done') return after
  if (!owesHooks(phase.job)) return outcome
  return { ...outcome, changes: true, applicable: !phase.job.provisional }
}

/** Applies between the hooks that go with it. What was applied stays recorded if one fails after it. */
export async function applyWithHooks(
  phase: Phase,
  apply: () => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  const before = await runHooks(phase, 'before')
  if (before.kind !== 'done') return { ...before, state: undefined }
  const outcome = await apply()
  if (outcome.kind !== 'applied') return outcome
  const after = await runHooks(phase, 'after')
  return after.kind === 'done' ? outcome : { ...after, state: outcome.state }
}

/** The last run did not come to the end of its hooks: they go again though nothing else changed. */
function owesHooks({ unfinished, operation, hooks }: Job): boolean {
  const all = [...hooks.before, ...hooks.after]
  return unfinished && operation !== 'refresh' && all.some(({ on }) => on.includes(operation))
}

/** Whether the work may go on, or how the phase ends because of a hook. */
export type HooksEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'cancelled' }

/**
 * Runs the hooks that go with the phase, one after the other, until one fails. Never throws: what was
 * done before them must not be forgotten because of them.
 */
async function runHooks(phase: Phase, when: 'before' | 'after'): Promise<HooksEnd> {
  const operation = hookPhaseOf(phase)
  for (const hook of phase.job.hooks[when]) {
    if (operation === undefined || !hook.on.includes(operation)) continue
    const end = await runHook(phase, hook, { when, operation })
    if (end.kind !== 'done') return end
  }
  return { kind: 'done' }
}

/** Hooks go with planning, with applying, and with destroying; a refresh changes nothing. */
function hookPhaseOf({ name, job }: Pick<Phase, 'name' | 'job'>): HookPhase | undefined {
  if (name === 'plan') return 'plan'
  return job.operation === 'refresh' ? undefined : job.operation
}

interface HookMoment {
  readonly when: 'before' | 'after'
  readonly operation: HookPhase
}

async function runHook(
  phase: Phase,
  hook: ResolvedHook,
  { when, operation }: HookMoment,
): Promise<HooksEnd> {
  return runTitled(phase, when, { command: hook.run, env: hook.env, operation })
}

export interface TitledCommand extends ShellCommand {
  /** Takes what it printed, if it went well; then that is not shown. */
  readonly onSaid?: (said: string) => void
}

async function runOrAsk(phase: Phase, request: TitledCommand): Promise<ShellEnd> {
  if (request.onSaid === undefined) return runShell(phase, request)
  const end = await askShell(phase, request)
  if (end.exitCode === 0) request.onSaid(end.said)
  return end
}

/** Runs a command of the person's, with a line in the log that says which. Never throws. */
export async function runTitled(
  phase: Phase,
  when: string,
  request: TitledCommand,
): Promise<HooksEnd> {
  const { log, cancellation, redactor } = phase
  const title = `${when}: ${shortCommand(redactor.redact(request.command))}`
  log.say(`▸ ${title}`)
  try {
    const end = await runOrAsk(phase, request)
    if (end.exitCode === 0) return { kind: 'done' }
    const { outcome } = cancellation
    if (outcome?.kind === 'cancelled') return outcome
    const how = outcome?.reason ?? endingOf(end)
    return { kind: 'failed', reason: redactor.redact(`${title} ${how}`) }
  } catch (error) {
    return { kind: 'failed', reason: `${title}: ${reasonOf(error, phase.job)}` }
  }
}

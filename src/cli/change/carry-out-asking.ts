import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import type { Style } from '../render/style.ts'
import { sanitiseLine } from '../render/text.ts'
import {
  applyStep,
  askedPart,
  type CarryOutOptions,
  environmentsOf,
  isGated,
  planOf,
  standing,
} from './apply-step.ts'
import { askToApply } from './change-questions.ts'
import { type ChangeSession, isOver, isPlanned, only, shownPlans } from './change-session.ts'

export interface CarriedOut {
  readonly view: ChangeView
  /** The person said no. */
  readonly stopped: boolean
}

/**
 * Asks for each environment as it comes, applies what was agreed to, and asks again for what became
 * real while it was applied.
 */
export async function carryOutAsking(
  session: ChangeSession,
  view: ChangeView,
  options: CarryOutOptions,
): Promise<CarriedOut> {
  const { cancelled } = session.screen.watch
  let now = view
  if (!options.isNew) now = await applyStep(session, now, { ...options, approve: 'none' })
  for (let before = ''; before !== standing(now) && !cancelled.aborted; ) {
    before = standing(now)
    for (const { name } of environmentsOf(askedPart(now, options))) {
      const answer = await askInEnvironment(session, now, name)
      now = answer.view
      if (answer.stopped || cancelled.aborted) return answer
    }
  }
  // What waits for others than this person: told by who applies, once more for all of it.
  if (!cancelled.aborted && !isOver(askedPart(now, options))) {
    now = await applyStep(session, now, { ...options, retry: false, approve: 'none' })
  }
  return { view: now, stopped: false }
}

async function askInEnvironment(
  session: ChangeSession,
  view: ChangeView,
  environment: string,
): Promise<CarriedOut> {
  const { call, place, screen } = session
  const agreed = new Set<string>()
  for (let now = view; ; ) {
    const open = questions(now, environment).filter((node) => !agreed.has(planOf(node)))
    if (open.length === 0 || screen.watch.cancelled.aborted) return { view: now, stopped: false }
    const plans = await shownPlans(
      session,
      only(now, (node) => open.includes(node)),
    )
    screen.pause(now, [...plans, ...troubleLines(now, call.terminal.style)])
    const answer = await askToApply(session, now, { environment, open })
    if (answer === 'no') return { view: now, stopped: true }
    if (answer === 'yes') {
      await place.services.work.approveChange({
        changeId: now.change.id,
        actor: place.location.actor,
        environments: [environment],
        workspaces: open.map((node) => node.name),
        override: call.flags.override,
      })
    }
    for (const node of open) agreed.add(planOf(node))
    now = await applyStep(session, now, {
      environments: [environment],
      approve: answer === 'all' ? 'planned' : 'none',
      retry: false,
    })
  }
}

/** Who decides on the rest has to know what went wrong before. */
function troubleLines({ nodes }: ChangeView, style: Style): string[] {
  const failed = nodes.filter(({ result }) => result === 'failed' || result === 'unknown')
  const lines = failed.map(
    ({ name, because = 'failed' }) => `${style.bad('✗')} ${name}: ${sanitiseLine(because)}`,
  )
  return lines.length === 0 ? [] : ['', ...lines]
}

/** What a person can be asked about now: planned, in an environment whose turn it is, without a gate. */
function questions(view: ChangeView, environment: string): ChangeNode[] {
  const here = view.environments.find((one) => one.name === environment)
  if (here === undefined || isGated(here)) return []
  if (view.change.operation === 'apply' && !isPassed(view, here.after)) return []
  return view.nodes.filter((node) => node.environment === environment && isPlanned(node))
}

/** All of an environment, and of those before it, has ended well, as far as it is in the change. */
function isPassed(view: ChangeView, environment: string | undefined): boolean {
  const before = view.environments.find((one) => one.name === environment)
  if (before === undefined) return true
  return (
    isOver(only(view, (node) => node.environment === environment)) && isPassed(view, before.after)
  )
}

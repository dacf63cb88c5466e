import { inboxOf, type listOpenPlans } from '../../changes/index.ts'
import type { VerdictChange } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'

type OpenPlan = Awaited<ReturnType<typeof listOpenPlans>>[number]

/** What people have to do next about changes, by environment; changes that wait for nobody are not there. */
export async function waitsOf(
  { runs }: Pick<Context, 'runs'>,
  plans: readonly OpenPlan[],
): Promise<ReadonlyMap<number, VerdictChange['waits']>> {
  const planned = plans.filter(({ result }) => result === 'planned')
  const approvals = await runs.approvalsOf(planned.map(({ runId }) => runId))
  const entries = inboxOf({ standings: [], plans, approvals, now: new Date() })
    .filter(({ kind }) => kind === 'approval')
    .map(({ changeId, environment, asks }) => {
      const to: 'approve' | 'apply' = asks.to === 'approve' ? 'approve' : 'apply'
      return { changeId, wait: { environment, to } }
    })
  return new Map(
    plans.map(({ changeId }) => [
      changeId,
      entries.filter((one) => one.changeId === changeId).map(({ wait }) => wait),
    ]),
  )
}

import { changeFor } from './change.ts'
import type { Demo } from './demo.ts'
import { findProposal } from './proposal.ts'
import { proposed, reasons } from './story.ts'

/** Looks over the API whether everything is as the story says. @throws with what is not */
export async function check(demo: Demo): Promise<void> {
  const { operator } = demo
  const overview = await (await operator.api.overview.$get({ query: {} })).json()
  const shop = overview.projects.find(({ project }) => project === 'shop')
  const statuses = new Map(shop?.workspaces.map(({ name, status }) => [name, status]))
  const faults: string[] = []
  const expect = (what: string, is: unknown, wanted: readonly unknown[]) => {
    if (!wanted.includes(is)) faults.push(`${what} is ${String(is)}, not ${wanted.join(' or ')}`)
  }
  // A second start may find what somebody has approved or mended meanwhile.
  const larger = await changeFor(demo, operator, { reason: reasons.larger })
  expect('db@prod', statuses.get('db@prod'), isOpen(larger) ? ['waiting'] : ['in-sync', 'pending'])
  const release = await changeFor(demo, operator, { reason: reasons.release })
  if (isOpen(release)) {
    expect('image@dev', statuses.get('image@dev'), ['failed'])
    const blocked = release.nodes.filter(({ result }) => result === 'blocked')
    expect(
      'what it blocks',
      blocked.some(({ name }) => name === 'api@dev'),
      [true],
    )
  }
  expect('search@staging', statuses.get('search@staging'), ['drifted', 'in-sync', 'waiting'])
  expect('network@prod', statuses.get('network@prod'), ['in-sync'])
  const merged = await findProposal(demo, proposed.dev.title)
  expect('the first pull request', merged?.status, ['merged'])
  const open = await findProposal(demo, proposed.backups.title)
  if (open?.status === 'open') {
    expect('the second one', open.verdict, [
      'waits for approval in prod',
      'waits to be applied in prod',
    ])
  }
  const inbox = await (await operator.api.inbox.$get()).json()
  expect('the inbox', inbox.items.length > 0 || !isOpen(larger), [true])
  if (isOpen(larger))
    await checkPlan(demo, larger.nodes.find(({ name }) => name === 'db@prod')?.run?.id)
  if (faults.length > 0) throw new Error(`The demo is not as it should be: ${faults.join('; ')}`)
}

async function checkPlan({ operator }: Demo, run: number | undefined): Promise<void> {
  if (run === undefined) throw new Error('db@prod has no run')
  const plan = await (
    await operator.api.runs[':id'].plan.$get({ param: { id: String(run) } })
  ).json()
  if (!Array.isArray(plan.plan['resource_changes'])) throw new Error(`run-${run} shows no plan`)
}

function isOpen({ change }: { readonly change: { readonly status: string } }): boolean {
  return change.status === 'open'
}

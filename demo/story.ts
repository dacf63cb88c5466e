import { changeByHand } from './by-hand.ts'
import { apply, approve, type ChangeView, changeFor, countsText } from './change.ts'
import type { Demo } from './demo.ts'
import type { Member } from './member.ts'
import { say, title } from './narration.ts'
import { comment, type Proposed, proposalFor } from './proposal.ts'

export const reasons = {
  first: 'Ship 1.0.0: the shop, for the first time',
  larger: 'A larger database for prod',
  release: 'Ship 1.1.0',
} as const

export const proposed = {
  dev: {
    branch: 'room-in-dev',
    title: 'More room in dev',
    body: 'Its database is full of what tests leave behind.',
    change: (manifest) =>
      manifest.replace('values: { slot: 10, storage: 10 }', 'values: { slot: 10, storage: 20 }'),
  },
  backups: {
    branch: 'longer-backups',
    title: 'Keep backups for 30 days',
    body: 'The auditors ask for it.',
    change: (manifest) =>
      manifest.replace(
        'inputs: { STORAGE: "${{ values.storage }}" }',
        'inputs: { STORAGE: "${{ values.storage }}", DAYS: "30" }',
      ),
  },
} satisfies Record<string, Proposed>

/** What happened in the team so far; what has happened already is left as it is. */
export async function tellStory(demo: Demo): Promise<void> {
  const { repository, operator } = demo
  title('A team, and its repository with eight components in three environments')
  const { alice, bob } = await joinTeam(demo)
  await repository.push('1.0.0')
  await addProject(demo)

  title('The first release: applied to dev and staging, promoted to prod behind an approval')
  let first = await changeFor(demo, alice, { reason: reasons.first })
  while (first.change.status === 'open' && !isStuck(first)) {
    if (waitsIn(first, 'prod') && isApplied(first, 'staging')) {
      await approve(bob, first.change.id, 'prod')
    }
    first = await apply(demo, alice, { id: first.change.id })
  }

  title('A larger database for prod: planned, and waiting for an approval')
  await repository.commit('A larger database for prod', (manifest) =>
    manifest.replace(
      'values: { slot: 30, instances: 3 }',
      'values: { slot: 30, instances: 3, storage: 80 }',
    ),
  )
  await fetchProject(operator)
  const larger = await changeFor(demo, alice, {
    reason: reasons.larger,
    environments: ['prod'],
    affected: true,
  })
  say(`  change-${larger.change.id}: ${countsText(larger)}`)

  title(
    'The next release: its image was never pushed. That fails, and blocks exactly what needs it',
  )
  await repository.commit('Ship 1.1.0', (manifest) =>
    manifest.replace('version: 1.0.0 ', 'version: 1.1.0 '),
  )
  await fetchProject(operator)
  const release = await changeFor(demo, alice, {
    reason: reasons.release,
    environments: ['dev', 'staging'],
    affected: true,
  })
  const wasApplied = release.nodes.some(({ result }) => result === 'failed' || result === 'blocked')
  if (release.change.status === 'open' && !wasApplied) {
    await apply(demo, alice, { id: release.change.id })
  }

  title('Somebody ran plain Terraform by hand in staging')
  await changeByHand(demo)

  title('A change by pull request: proposed, planned, approved and applied by comments, merged')
  await proposeChanges(demo, { alice, bob })
}

async function proposeChanges(
  demo: Demo,
  { alice, bob }: { readonly alice: Member; readonly bob: Member },
): Promise<void> {
  let dev = await proposalFor(demo, alice, proposed.dev)
  if (dev.status === 'open') {
    await comment(bob, dev.number, 'portolan approve')
    dev = await comment(bob, dev.number, 'portolan apply')
  }
  say(`  #${dev.number}: ${dev.verdict}`)
  const backups = await proposalFor(demo, alice, proposed.backups)
  say(`  #${backups.number}: ${backups.verdict}`)
}

async function joinTeam(demo: Demo) {
  const alice = await demo.member('alice', 'Alice Ash')
  const bob = await demo.member('bob', 'Bob Birch')
  const { operator } = demo
  const grants = await (await operator.api.grants.$get()).json()
  if (grants.every((grant) => grant.team !== 'platform')) {
    await operator.api.teams[':name'].$put({
      param: { name: 'platform' },
      json: { members: ['admin', 'alice', 'bob'] },
    })
    for (const role of ['applier', 'approver'] as const) {
      await operator.api.grants.$post({ json: { team: 'platform', role } })
    }
  }
  return { alice, bob }
}

async function addProject({ operator, repository }: Demo): Promise<void> {
  const projects = await (await operator.api.projects.$get()).json()
  const known = projects.find((project) => project.name === 'shop')
  if (known?.branch === undefined && known !== undefined) {
    await operator.api.projects[':project'].$patch({
      param: { project: 'shop' },
      json: { branch: 'main' },
    })
  }
  if (known !== undefined) return
  // Whatever branch somebody is on in that directory.
  await operator.api.projects.$post({ json: { source: repository.root, branch: 'main' } })
  // Where its jobs find the registry: a variable of the server, as credentials of a cloud would be.
  await operator.api.projects[':project'].variables.$put({
    param: { project: 'shop' },
    json: { kind: 'environment', name: 'REGISTRY', value: repository.registry },
  })
  say(`  Added ${repository.place}`)
}

async function fetchProject(operator: Member): Promise<void> {
  await operator.api.projects[':project'].fetch.$post({ param: { project: 'shop' } })
}

function waitsIn({ nodes }: ChangeView, environment: string): boolean {
  return nodes.some(
    (node) =>
      node.environment === environment &&
      (node.result === 'planned' || node.result === 'provisional'),
  )
}

function isApplied({ nodes }: ChangeView, environment: string): boolean {
  return nodes
    .filter((node) => node.environment === environment)
    .every(({ result }) => result === 'applied' || result === 'unchanged' || result === 'skipped')
}

function isStuck({ nodes }: ChangeView): boolean {
  return nodes.some(({ result }) => result === 'failed' || result === 'unknown')
}

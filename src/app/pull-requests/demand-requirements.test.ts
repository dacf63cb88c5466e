import { afterEach, describe, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import type { Forge, HostApproval, Mergeability } from '../../forges/index.ts'
import { loadManifest, type Requirement } from '../../manifest/index.ts'
import { demandRequirements, requirementsOf } from './demand-requirements.ts'

const repositories: Repository[] = []
afterEach(async () => {
  await Promise.all(repositories.splice(0).map((one) => one.dispose()))
})

async function manifestOf(projects: readonly string[]) {
  const repository = await aRepository({
    'atlantis.yaml': `version: 3\nprojects:\n${projects.map((one) => `- ${one}\n`).join('')}`,
    'a/main.tf': '',
    'b/main.tf': '',
  })
  repositories.push(repository)
  return loadManifest(repository.root, { env: repository.env })
}

/** Only what is asked is answered: anything else of a host would fail. */
function hostOf(says: {
  readonly approvals?: readonly HostApproval[]
  readonly mergeability?: Mergeability
  readonly status?: 'open' | 'merged'
}) {
  const forge: Partial<Forge> = {
    pullRequest: async (number) => ({
      number,
      status: says.status ?? 'open',
      title: 'x',
      author: 'Ada',
      url: 'https://host.example/1',
      head: { branch: 'x', commit: 'a'.repeat(40), repository: 'acme/x' },
      base: { branch: 'main' },
      isDraft: false,
      isFork: false,
      labels: [],
      mergeCommit: undefined,
      createdAt: new Date(0),
      updatedAt: new Date(0),
    }),
    approvals: async () => says.approvals ?? [],
    mergeability: async () => says.mergeability ?? { mergeable: undefined, because: undefined },
  }
  return { forges: { open: async () => forge as Forge } as never }
}

const change = {
  projectId: '1',
  pullRequest: { number: 7, head: 'a'.repeat(40), base: 'b'.repeat(40) },
}
const by = (login: string): HostApproval => ({ login, commit: undefined })

describe('what a host must say before an apply', () => {
  test.each<[string, Parameters<typeof hostOf>[0], Requirement[], string | undefined]>([
    ['nothing', {}, [], undefined],
    ['no approval', {}, ['approved'], '#7 must be approved on its host first'],
    [
      "the author's own",
      { approvals: [by('ada')] },
      ['approved'],
      '#7 must be approved on its host first',
    ],
    ["somebody else's", { approvals: [by('ada'), by('bob')] }, ['approved'], undefined],
    [
      'that it does not know',
      {},
      ['mergeable'],
      '#7 must be mergeable first: the host is still finding out',
    ],
    [
      'why not',
      { mergeability: { mergeable: false, because: 'it conflicts' } },
      ['mergeable'],
      '#7 must be mergeable first: it conflicts',
    ],
    [
      'that it is',
      { mergeability: { mergeable: true, because: undefined } },
      ['mergeable'],
      undefined,
    ],
    [
      'one of two',
      { approvals: [by('bob')] },
      ['approved', 'mergeable'],
      '#7 must be mergeable first: the host is still finding out',
    ],
    ['that it is merged', { status: 'merged' }, ['approved', 'mergeable'], undefined],
    ['nothing of what always holds', {}, ['undiverged'], undefined],
  ])('it says %s', async (_name, says, demanded, message) => {
    const asked = demandRequirements(hostOf(says), change, demanded)
    if (message === undefined) await expect(asked).resolves.toBeUndefined()
    else await expect(asked).rejects.toMatchObject({ code: 'conflict', message })
  })

  test('is not asked for a change that is of no pull request', async () => {
    await demandRequirements(hostOf({}), { ...change, pullRequest: undefined }, ['approved'])
  })
})

describe('what must hold', () => {
  test('is what the base branch says, and not the pull request', async () => {
    const guards = await manifestOf([
      '{ name: a, dir: a, apply_requirements: [approved] }',
      '{ name: b, dir: b }',
    ])
    const manifest = await manifestOf([
      '{ name: a, dir: a }',
      '{ name: b, dir: b, apply_requirements: [mergeable] }',
    ])
    const of = (names: string[], base = true) =>
      requirementsOf({ manifest, guards: base ? guards : undefined }, names, 'requirements')
    expect(of(['a'])).toEqual(['approved'])
    expect(of(['b'])).toEqual([])
    expect(of(['a', 'b'], false)).toEqual(['mergeable'])
  })

  test('is for a project with a new name what any other wants', async () => {
    const guards = await manifestOf(['{ name: a, dir: a, apply_requirements: [approved] }'])
    const manifest = await manifestOf(['{ name: other, dir: a, apply_requirements: [mergeable] }'])
    expect(requirementsOf({ manifest, guards }, ['other'], 'requirements')).toEqual([
      'approved',
      'mergeable',
    ])
    expect(requirementsOf({ manifest, guards }, ['other'], 'planRequirements')).toEqual([])
  })
})

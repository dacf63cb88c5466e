import { expect, test } from 'vitest'
import type { Forge } from '../../../src/forges/index.ts'
import type { FakeHost, FakePullRequest, NewFakePullRequest } from './host.ts'

let branches = 0

/** An open pull request of a branch of its own. */
export async function anOpenOne(
  host: FakeHost,
  more: Partial<NewFakePullRequest> = {},
): Promise<FakePullRequest> {
  branches += 1
  const branch = `topic/${branches}`
  const fork = more.fork === undefined ? {} : { fork: more.fork }
  await host.push({ branch, files: { [`${branches}.txt`]: branch }, ...fork })
  return host.openPullRequest({ branch, author: 'ada', ...more })
}

interface Sides {
  readonly forge: Forge
  readonly host: FakeHost & { deleteFork(number: number): void }
}

/** Tests of how a forge reads a pull request, the same on every host. */
export function testReading(sides: () => Sides): void {
  test('is read as it is', async () => {
    const { host, forge } = sides()
    const opened = await anOpenOne(host, { title: 'Grow it', labels: ['db'] })
    const { number, head, branch } = opened
    expect(await forge.pullRequest(number)).toMatchObject({
      number,
      status: 'open',
      title: 'Grow it',
      author: 'ada',
      url: expect.stringMatching(new RegExp(`^${host.url}/acme/infra/pulls?/${number}$`)),
      head: { branch, commit: head, repository: 'acme/infra' },
      base: { branch: 'main' },
      isDraft: false,
      isFork: false,
      labels: ['db'],
      mergeCommit: undefined,
    })
  })

  test('of a fork is one, also when the fork is gone', async () => {
    const { host, forge } = sides()
    const { number, branch } = await anOpenOne(host, { fork: 'eve' })
    expect(await forge.pullRequest(number)).toMatchObject({
      isFork: true,
      head: { branch, repository: 'eve/infra' },
    })
    host.deleteFork(number)
    expect(await forge.pullRequest(number)).toMatchObject({
      isFork: true,
      head: { branch, repository: undefined },
    })
  })

  test('is a draft, closed or merged', async () => {
    const { host, forge } = sides()
    const draft = await anOpenOne(host, { draft: true })
    const closed = await anOpenOne(host)
    await host.close(closed.number)
    const merged = await anOpenOne(host)
    const commit = await host.merge(merged.number, 'ada')
    expect(await forge.pullRequest(draft.number)).toMatchObject({ isDraft: true, status: 'open' })
    expect(await forge.pullRequest(closed.number)).toMatchObject({
      status: 'closed',
      mergeCommit: undefined,
    })
    expect(await forge.pullRequest(merged.number)).toMatchObject({
      status: 'merged',
      mergeCommit: commit,
    })
  })

  test('that is none is not found', async () => {
    await expect(sides().forge.pullRequest(9999)).rejects.toMatchObject({ code: 'not_found' })
  })
}

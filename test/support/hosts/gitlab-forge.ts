import { test as base } from 'vitest'
import { createGitLabForge } from '../../../src/forges/gitlab/forge-client.ts'
import type { Forge } from '../../../src/forges/index.ts'
import { connectionTo } from './connection.ts'
import { aGitLab, type FakeGitLab } from './gitlab.ts'
import type { FakePullRequest, NewFakePullRequest } from './host.ts'

interface GitLabFixtures {
  /** Below a path, with its project in a group in a group. */
  readonly gitlab: FakeGitLab
  /** What speaks with it. */
  readonly forge: Forge
  /** Opens one of a new branch that changes a file. */
  readonly open: (wish?: Partial<NewFakePullRequest>) => Promise<FakePullRequest>
}

export const test = base.extend<GitLabFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from it
  gitlab: async ({}, use) => {
    const gitlab = await aGitLab({ path: '/gitlab' })
    await use(gitlab)
    await gitlab.dispose()
  },
  forge: async ({ gitlab }, use) => {
    await use(createGitLabForge(connectionTo(gitlab), { deadline: 30_000 }))
  },
  open: async ({ gitlab }, use) => {
    let count = 0
    await use(async (wish = {}) => {
      count += 1
      const { branch = `change-${count}`, fork } = wish
      const content = `change ${count}\n`
      await gitlab.push({
        branch,
        files: { [`change-${count}.tf`]: content },
        ...(fork !== undefined && { fork }),
      })
      return await gitlab.openPullRequest({ author: 'ada', ...wish, branch })
    })
  },
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import { createGitHubForge, type Forge } from '../index.ts'
import { type Block, mergeabilityOf, wordOf } from './merging.ts'

let host: GitHubHost
let forge: Forge

beforeAll(async () => {
  host = await aGitHub({ checksAnswers: true })
  forge = createGitHubForge(host.connection())
}, 60_000)

afterAll(() => host.dispose())

let branches = 0

async function opened(more: { base?: string; draft?: boolean; file?: string } = {}) {
  branches += 1
  const branch = `topic-${branches}`
  await host.push({ branch, files: { [more.file ?? `${branch}.txt`]: branch } })
  return host.openPullRequest({ branch, author: 'ada', ...more })
}

/** A branch with what it asks for. */
async function protectedBranch(name: string, rules: Parameters<GitHubHost['protect']>[1]) {
  await host.push({ branch: name, files: { [`${name}.md`]: name } })
  host.protect(name, rules)
  return name
}

const status = (context: string, state: 'pending' | 'success' | 'failure') =>
  ({ context, state, description: state, url: 'https://portolan.example.com' }) as const

const yes = { mergeable: true, because: undefined }

describe('a pull request would merge', () => {
  test('when nothing is in the way, with one call', async () => {
    const { number } = await opened()
    host.calls.clear()

    expect(await forge.mergeability(number)).toEqual(yes)
    expect(host.calls.all).toHaveLength(1)
  })

  test('with a status that is bad and that nobody asks for', async () => {
    const { number, head } = await opened()
    await forge.setStatus(head, status('lint', 'failure'))

    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('is not known while GitHub finds out', async () => {
    const { number } = await opened()
    host.thinkAboutMergeability(1)

    expect(await forge.mergeability(number)).toEqual({ mergeable: undefined, because: undefined })
    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('not as a draft, in conflict, merged or closed', async () => {
    const draft = await opened({ draft: true })
    const [one, two, closed] = [
      await opened({ file: 'same' }),
      await opened({ file: 'same' }),
      await opened(),
    ]
    await host.merge(one.number, 'ada')
    await host.close(closed.number)
    const becauses = []
    for (const { number } of [draft, one, two, closed]) {
      becauses.push((await forge.mergeability(number)).because)
    }

    expect(becauses).toEqual([
      'it is a draft',
      'it is merged',
      'it conflicts with main',
      'it is closed',
    ])
  })
})

describe('Portolan’s own statuses do not count', () => {
  test.each(['pending', 'failure'] as const)('when they are required and %s', async (state) => {
    const base = await protectedBranch(`own-${state}`, {
      statuses: ['portolan', 'portolan/db@dev'],
    })
    const { number, head } = await opened({ base })
    await forge.setStatus(head, status('portolan', state))

    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('when a ruleset requires them', async () => {
    const base = await protectedBranch('ruled', {})
    const required_status_checks = [{ context: 'portolan' }, { context: 'ci/test' }]
    const parameters = { required_status_checks, strict_required_status_checks_policy: false }
    host.state.rules.set(base, [
      { type: 'deletion' },
      { type: 'required_status_checks', parameters },
    ])
    const { number, head } = await opened({ base })

    expect(await forge.mergeability(number)).toEqual({
      mergeable: false,
      because: 'ruled asks for checks that are not successful: ci/test',
    })
    await forge.setStatus(head, status('ci/test', 'success'))
    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('but every other required one does, also when nobody has set it yet', async () => {
    const base = await protectedBranch('mixed', { statuses: ['portolan', 'ci/test'] })
    const { number, head } = await opened({ base })
    await forge.setStatus(head, status('portolan', 'pending'))
    const before = await forge.mergeability(number)
    await forge.setStatus(head, status('ci/test', 'failure'))
    const failed = await forge.mergeability(number)
    await forge.setStatus(head, status('ci/test', 'success'))

    expect(before.because).toContain('ci/test')
    expect(failed.mergeable).toBe(false)
    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('but a missing review does, and one that asks for changes', async () => {
    const base = await protectedBranch('reviewed', { statuses: ['portolan'], approvals: 1 })
    const { number } = await opened({ base })
    const words = [await forge.mergeability(number)]
    await host.review(number, 'bob', 'request-changes')
    words.push(await forge.mergeability(number))
    await host.review(number, 'bob', 'approve')

    expect(words.map((word) => word.because)).toEqual([
      'a review is missing',
      'a reviewer asked for changes',
    ])
    expect(await forge.mergeability(number)).toEqual(yes)
  })

  test('but checks that may not be read do, and it is said what is needed to read them', async () => {
    const base = await protectedBranch('checked', { statuses: ['portolan', 'build'] })
    const { number, head } = await opened({ base })
    const app = createGitHubForge(host.connection('app'))
    await forge.setStatus(head, status('portolan', 'pending'))
    host.state.checkRuns.set(head, [{ name: 'build', conclusion: 'SUCCESS' }])
    const hidden = await app.mergeability(number)
    host.app.permissions = { ...host.app.permissions, checks: 'read' }
    host.revokeTokens()

    expect(hidden).toMatchObject({
      mergeable: false,
      because: expect.stringContaining('Checks: read'),
    })
    expect(await app.mergeability(number)).toEqual(yes)
    host.state.checkRuns.set(head, [{ name: 'build', conclusion: null }])
    expect((await app.mergeability(number)).because).toContain('not successful: build')
  })

  test('however many statuses there are', async () => {
    const base = await protectedBranch('many', { statuses: ['portolan', 'zz/last'] })
    const { number, head } = await opened({ base })
    host.state.statuses.set(
      head,
      Array.from({ length: 205 }, (_, index) => status(`portolan/w${index}@dev`, 'success')),
    )
    await forge.setStatus(head, status('zz/last', 'success'))

    expect(await forge.mergeability(number)).toEqual(yes)
  })
})

describe('what GitHub does not say', () => {
  const block: Block = {
    base: 'main',
    reviews: null,
    hasOpenThreads: false,
    protection: [],
    rules: [],
    checks: [],
    hasHiddenChecks: false,
  }

  test('is not taken for a yes', () => {
    const own = { context: 'portolan', isGood: false, isPending: true, isRequired: false }

    expect(mergeabilityOf(block).mergeable).toBe(false)
    expect(mergeabilityOf({ ...block, checks: [own] }).mergeable).toBe(false)
    expect(mergeabilityOf({ ...block, protection: ['portolan-x'] }).mergeable).toBe(false)
  })

  test('is asked of rules: a conversation that must be resolved', () => {
    const rules = [
      { type: 'pull_request', parameters: { required_review_thread_resolution: true } },
    ]
    const open = { ...block, protection: ['portolan'], hasOpenThreads: true }

    expect(mergeabilityOf({ ...open, rules }).because).toBe('a conversation is not resolved')
    expect(mergeabilityOf(open).mergeable).toBe(true)
  })

  test.each(['behind', 'something-new'])('a state of “%s” is no yes', (mergeable_state) => {
    const word = wordOf({
      state: 'open',
      merged: false,
      mergeable: true,
      mergeable_state,
      head: { sha: 'a' },
      base: { ref: 'main' },
    })

    expect(word).toMatchObject({ mergeable: false })
  })
})

describe('merging', () => {
  test.each(['merge', 'squash', 'rebase'] as const)(
    'by %s answers the commit on the base',
    async (method) => {
      const { number, head } = await opened()
      const commit = await forge.merge(number, { head, method })
      const parents = await host.state.git.git('log', '-1', '--format=%P', String(commit))

      expect(commit).toBe(await host.tip('main'))
      expect(parents.split(' ')).toHaveLength(method === 'merge' ? 2 : 1)
      expect(host.pullRequest(number)).toMatchObject({ status: 'merged', mergeCommit: commit })
    },
  )

  test('is refused when the head is another one, in GitHub’s words', async () => {
    const { number, head, branch } = await opened()
    await host.push({ branch, files: { later: 'later' } })

    await expect(forge.merge(number, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Head branch was modified'),
    })
    expect(host.pullRequest(number).status).toBe('open')
  })

  test('is refused when a required status is missing, in GitHub’s words', async () => {
    const base = await protectedBranch('strict', { statuses: ['ci/test', 'portolan'] })
    const { number, head } = await opened({ base })

    await expect(forge.merge(number, { head, method: 'squash' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Required status check "ci/test" is expected.'),
    })
  })

  test('waits for Portolan’s own status that GitHub has not heard of yet', async () => {
    const base = await protectedBranch('late', { statuses: ['Portolan'] })
    const { number, head } = await opened({ base })
    const merge = () => forge.merge(number, { head, method: 'squash' })

    await expect(merge()).rejects.toMatchObject({ code: 'unavailable' })
    await forge.setStatus(head, status('portolan', 'pending'))
    await expect(merge()).rejects.toMatchObject({ code: 'unavailable' })
    await forge.setStatus(head, status('portolan', 'failure'))
    await expect(merge()).rejects.toMatchObject({ code: 'conflict' })
    await forge.setStatus(head, status('portolan', 'success'))
    expect(await merge()).toBe(await host.tip(base))
  })

  test('does not wait for a status of a workspace that nobody will set', async () => {
    const base = await protectedBranch('never', { statuses: ['portolan/db@prod'] })
    const { number, head } = await opened({ base })

    await expect(forge.merge(number, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test.each(['after', 'cut'] as const)(
    'again after an answer that was lost (%s) answers the same commit',
    async (fault) => {
      const { number, head } = await opened()
      host.faults.next(fault, { route: 'PUT' })
      await expect(forge.merge(number, { head, method: 'squash' })).rejects.toMatchObject({
        code: 'unavailable',
      })
      const tip = await host.tip('main')

      expect(await forge.merge(number, { head, method: 'squash' })).toBe(tip)
      expect(await host.tip('main')).toBe(tip)
    },
  )

  test('of what somebody else merged with another head is refused', async () => {
    const { number, branch, head } = await opened()
    await host.push({ branch, files: { later: 'later' } })
    await host.merge(number, 'bob')

    await expect(forge.merge(number, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

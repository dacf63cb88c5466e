import { chmod, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect } from 'vitest'
import { audited } from '../../../test/support/api.ts'
import { test as base } from '../../../test/support/database.ts'
import { aProposal, type PlainGit, plainGit } from '../../../test/support/plain-git.ts'
import { aRepository } from '../../../test/support/repository.ts'

const test = base.extend<{ git: PlainGit }>({
  git: async ({ db }, use) => {
    const git = await plainGit(db)
    await use(git)
    await git.dispose()
  },
})

const asked = { method: 'merge', actor: 'grace' } as const

describe('a proposal', () => {
  test('is a branch of the repository, for its main branch', async ({ git, db }) => {
    const head = await git.push('bigger', { 'main.tf': 'a\nb\nC\n' })
    const made = await git.proposals.open(aProposal('bigger'))
    expect(made).toMatchObject({ number: 1, status: 'open', baseBranch: 'main', lastCommit: head })
    expect(await git.forge.pullRequest(1)).toMatchObject({
      number: 1,
      status: 'open',
      author: 'ada',
      head: { branch: 'bigger', commit: head },
      base: { branch: 'main' },
      isFork: false,
    })
    expect(await audited(db, 'pull-request.open')).toMatchObject([
      { actor: 'ada', subject: 'shop/#1' },
    ])
  })

  test('follows what is pushed to its branch, also by force', async ({ git }) => {
    await git.propose('bigger')
    const forced = await git.push('bigger', { 'else.tf': 'x\n' })
    expect((await git.forge.pullRequest(1)).head.commit).toBe(forced)
    expect((await git.forge.openPullRequests()).map(({ head }) => head.commit)).toEqual([forced])
  })

  test('is one for each branch, until it is over', async ({ git }) => {
    await git.propose('bigger')
    await expect(git.proposals.open(aProposal('bigger'))).rejects.toMatchObject({
      code: 'conflict',
      message: '#1 proposes bigger already',
    })
    await git.proposals.edit(1, { status: 'closed' }, 'ada')
    expect(await git.proposals.open(aProposal('bigger'))).toMatchObject({ number: 2 })
    await expect(git.proposals.edit(1, { status: 'open' }, 'ada')).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('gets its number alone, however many are opened at once', async ({ git }) => {
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await git.push(name, { [`${name}.tf`]: 'x\n' })
    const made = await Promise.all(names.map((name) => git.proposals.open(aProposal(name))))
    expect(made.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4, 5])
  })

  test('keeps its last commit when its branch is gone, and says so', async ({ git }) => {
    const { lastCommit } = await git.propose('bigger')
    await git.clone.git('push', '-q', 'origin', '--delete', 'bigger')
    expect(await git.forge.pullRequest(1)).toMatchObject({
      status: 'open',
      head: { commit: lastCommit },
    })
    expect(await git.forge.mergeability(1)).toEqual({
      mergeable: false,
      because: 'its branch bigger is gone',
    })
    await expect(git.forge.merge(1, { ...asked, head: lastCommit })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('with nothing new, of no branch, or to itself is refused', async ({ git }) => {
    await git.clone.git('push', '-q', 'origin', 'main:same')
    const wrong = [
      ['same', undefined, 'same has nothing that main lacks'],
      ['nowhere', undefined, 'the repository has no branch nowhere'],
      ['main', undefined, 'main cannot be proposed to itself'],
      ['same', 'nowhere', 'the repository has no branch nowhere'],
    ] as const
    for (const [branch, baseBranch, message] of wrong) {
      const opened = git.proposals.open({ ...aProposal(branch), baseBranch })
      await expect(opened, branch).rejects.toMatchObject({ code: 'invalid', message })
    }
  })

  test('of a name that git would take for something else is refused', async ({ git }) => {
    const names = [
      '--upload-pack=touch x',
      '-x',
      'refs/heads/../..',
      '../x',
      'a\nb',
      'a..b',
      'refs/heads/main',
    ]
    for (const name of [...names, 'x.lock', '.x', 'x/', 'HEAD', '@', 'a@{1}', ':x', 'main^{/x}']) {
      const opened = git.proposals.open(aProposal(name))
      await expect(opened, name).rejects.toMatchObject({ code: 'invalid' })
      const onto = git.proposals.open({ ...aProposal('main'), baseBranch: name })
      await expect(onto, name).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  test('may have any name that git gives a branch', async ({ git }) => {
    for (const name of ['feat/größer-🚀', "it's;$(id)&|", 'x'.repeat(200)]) {
      const head = await git.push(name, { 'x.tf': name })
      const { number } = await git.proposals.open(aProposal(name))
      expect((await git.forge.pullRequest(number)).head).toMatchObject({
        branch: name,
        commit: head,
      })
      await git.forge.merge(number, { ...asked, head })
      await git.clone.git('fetch', '-q', 'origin', 'main:refs/remotes/origin/main')
      await git.clone.git('checkout', '-q', '-B', 'main', 'origin/main')
    }
  })
})

describe('merging', () => {
  beforeEach<{ git: PlainGit }>(async ({ git }) => {
    await git.propose('bigger', { title: 'A bigger database', body: 'It is full.' })
    // Main goes on elsewhere.
    await git.clone.git('checkout', '-q', 'main')
    await git.clone.write({ 'other.tf': '2\n' })
    await git.clone.commit('chore: other')
    await git.clone.git('push', '-q', 'origin', 'main')
  })

  test('makes a merge of both, said by who asked', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const merged = await git.forge.merge(1, { ...asked, head: head.commit })
    expect(await git.inRemote('rev-parse', 'main')).toBe(merged)
    expect(await git.inRemote('show', '--no-patch', '--format=%an|%P|%B', 'main')).toBe(
      `grace|${await git.inRemote('rev-parse', 'main^1')} ${head.commit}|Merge #1: A bigger database\n\nIt is full.\n\nProposed-by: ada\nMerged-by: grace`,
    )
    expect(await git.inRemote('ls-tree', '--name-only', 'main')).toBe(
      'bigger.tf\nmain.tf\nother.tf',
    )
    expect(await git.inRemote('show', 'main:other.tf')).toBe('2')
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged', mergeCommit: merged })
    expect(await git.forge.openPullRequests()).toEqual([])
    // The mirror knows it at once.
    expect(await git.branches.tip(git.project.id, 'main')).toBe(merged)
  })

  test('squashed is one commit', async ({ git }) => {
    await git.clone.git('checkout', '-q', 'bigger')
    await git.clone.write({ 'more.tf': 'x\n' })
    const head = await git.clone.commit('fix: more')
    await git.clone.git('push', '-q', 'origin', 'bigger')
    const merged = await git.forge.merge(1, { ...asked, method: 'squash', head })
    expect(await git.inRemote('show', '--no-patch', '--format=%s|%P', 'main')).toBe(
      `A bigger database (#1)|${await git.inRemote('rev-parse', 'main^')}`,
    )
    expect(await git.inRemote('log', '--format=%s', 'main')).toBe(
      'A bigger database (#1)\nchore: other\nfirst',
    )
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged', mergeCommit: merged })
  })

  test('rebased is each commit anew, of who wrote it', async ({ git }) => {
    await git.clone.git('checkout', '-q', 'bigger')
    await git.clone.write({ 'bigger.tf': 'newer\n' })
    const said = 'fix: it\n\nwith a body: "ü"'
    await git.clone.git('add', '--all')
    const author = ['--author', 'Zoë <zoe@example.com>', '--date', '@86400 +0100']
    await git.clone.git('commit', '-q', ...author, '-m', said)
    // What main has already is not made again.
    await git.clone.git('cherry-pick', '--allow-empty', '--keep-redundant-commits', 'main')
    const head = await git.clone.git('rev-parse', 'HEAD')
    await git.clone.git('push', '-q', 'origin', 'bigger')
    await git.forge.merge(1, { ...asked, method: 'rebase', head })
    expect(await git.inRemote('log', '--format=%an/%cn/%s', 'main')).toBe(
      'Zoë/grace/fix: it\nAda/grace/feat: bigger.tf\nAda/Ada/chore: other\nAda/Ada/first',
    )
    expect(await git.inRemote('show', '--no-patch', '--format=%B', 'main')).toBe(said)
    expect(await git.inRemote('log', '-1', '--format=%ad', '--date=raw')).toBe('86400 +0100')
    expect(await git.inRemote('show', 'main:other.tf', 'main:bigger.tf')).toBe('2\nnewer')
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged' })
  })

  test('rebased of what is ahead already moves main there', async ({ git }) => {
    const head = await git.push('ahead', { 'ahead.tf': 'x\n' }, 'main')
    const { number } = await git.proposals.open(aProposal('ahead'))
    expect(await git.forge.merge(number, { ...asked, method: 'rebase', head })).toBe(head)
    expect(await git.inRemote('rev-parse', 'main')).toBe(head)
  })

  test('of what conflicts is refused, with the files', async ({ git }) => {
    const head = await git.push('clash', { 'other.tf': '3\n' }, 'main^')
    const { number } = await git.proposals.open(aProposal('clash'))
    expect(await git.forge.mergeability(number)).toEqual({
      mergeable: false,
      because: 'it conflicts with main in other.tf',
    })
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      await expect(git.forge.merge(number, { ...asked, method, head })).rejects.toMatchObject({
        code: 'conflict',
        message: `#${number} cannot be merged: it conflicts with main in other.tf`,
      })
    }
    expect(await git.inRemote('log', '-1', '--format=%s', 'main')).toBe('chore: other')
  })

  test('takes the head that was applied and no other', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    await git.push('bigger', { 'bigger.tf': 'other\n' })
    await expect(git.forge.merge(1, { ...asked, head: head.commit })).rejects.toMatchObject({
      code: 'conflict',
      message: '#1 cannot be merged: bigger moved meanwhile',
    })
  })

  test('takes the base that was planned with and no other, where it is said', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const base = await git.inRemote('rev-parse', 'main^')
    const merging = git.forge.merge(1, { ...asked, head: head.commit, base })
    await expect(merging).rejects.toMatchObject({
      message: '#1 cannot be merged: main moved meanwhile',
    })
  })

  test('loses to a push that comes between looking and pushing', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const late = git.another({
      merge: async (...args) => {
        const made = await git.branches.merge(...args)
        await git.push('main', { 'late.tf': 'x\n' })
        return made
      },
    })
    await expect(late.merge(1, { ...asked, head: head.commit })).rejects.toMatchObject({
      code: 'conflict',
      message: 'main moved meanwhile',
    })
    expect(await git.inRemote('log', '-1', '--format=%s', 'main')).toBe('feat: late.tf')
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'open', mergeCommit: undefined })
    await git.forge.merge(1, { ...asked, head: head.commit })
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged' })
  })

  test('of one by two at once is done by one of them', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const forges = [git.forge, git.another(), git.another()]
    const ends = await Promise.allSettled(
      forges.map((forge) => forge.merge(1, { ...asked, head: head.commit })),
    )
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'conflict' })
    }
    expect(await git.inRemote('log', '--format=%s', '--first-parent', 'main')).toBe(
      'Merge #1: A bigger database\nchore: other\nfirst',
    )
    expect((await git.forge.pullRequest(1)).mergeCommit).toBe(
      await git.inRemote('rev-parse', 'main'),
    )
  })

  test('of two at once puts one after the other', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const other = await git.push('second', { 'second.tf': 'x\n' })
    await git.proposals.open(aProposal('second'))
    const ends = await Promise.allSettled([
      git.forge.merge(1, { ...asked, head: head.commit }),
      git.another().merge(2, { ...asked, head: other }),
    ])
    const lost = ends.flatMap((end, index) => (end.status === 'rejected' ? [index + 1] : []))
    expect(lost.length).toBeLessThan(2)
    for (const number of lost) {
      await git.forge.merge(number, { ...asked, head: number === 1 ? head.commit : other })
    }
    expect(await git.inRemote('ls-tree', '--name-only', 'main')).toBe(
      'bigger.tf\nmain.tf\nother.tf\nsecond.tf',
    )
  })

  test('is known although who pushed it was killed before it could say so', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    const killed = git.another({
      push: async (...args) => {
        await git.branches.push(...args)
        throw new Error('killed')
      },
    })
    const squash = { ...asked, method: 'squash', head: head.commit } as const
    await expect(killed.merge(1, squash)).rejects.toThrow('killed')
    const merged = await git.inRemote('rev-parse', 'main')
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged', mergeCommit: merged })
  })

  test('by hand is seen', async ({ git }) => {
    await git.clone.git('checkout', '-q', 'main')
    await git.clone.git('merge', '-q', '--no-ff', '-m', 'by hand', 'bigger')
    const merged = await git.clone.git('rev-parse', 'HEAD')
    await git.clone.write({ 'later.tf': 'x\n' })
    await git.clone.commit('later')
    await git.clone.git('push', '-q', 'origin', 'main')
    expect(await git.forge.openPullRequests()).toEqual([])
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'merged', mergeCommit: merged })
  })

  test('is not what a branch that was put back to its base looks like', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    await git.clone.git('push', '-q', '--force', 'origin', 'main:bigger')
    expect(await git.forge.pullRequest(1)).toMatchObject({
      status: 'open',
      head: { commit: head.commit },
    })
    expect(await git.forge.mergeability(1)).toMatchObject({
      because: 'bigger has nothing that main lacks',
    })
  })

  test('of a draft, or of what is over, is refused', async ({ git }) => {
    const { head } = await git.forge.pullRequest(1)
    await git.proposals.edit(1, { isDraft: true }, 'ada')
    const merging = () => git.forge.merge(1, { ...asked, head: head.commit })
    await expect(merging()).rejects.toMatchObject({ message: '#1 cannot be merged: it is a draft' })
    await git.proposals.edit(1, { isDraft: false, status: 'closed' }, 'ada')
    await expect(merging()).rejects.toMatchObject({ message: '#1 cannot be merged: it is closed' })
    await git.proposals.edit(1, { status: 'open' }, 'ada')
    await merging()
    await expect(git.proposals.edit(1, { title: 'x' }, 'ada')).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('a repository that somebody works in', () => {
  const merged = async (git: PlainGit) => {
    await git.inRemote('config', 'core.bare', 'false')
    const { head } = await git.forge.pullRequest(1)
    return git.forge.merge(1, { ...asked, head: head.commit })
  }

  test('refuses what is pushed to the branch that is checked out, and it is said what to do', async ({
    git,
  }) => {
    await git.propose('bigger')
    await expect(merged(git)).rejects.toMatchObject({
      code: 'conflict',
      message: `${git.remote} refuses what is pushed to main: branch is currently checked out`,
      next: expect.stringContaining('receive.denyCurrentBranch updateInstead'),
    })
    expect(await git.forge.pullRequest(1)).toMatchObject({ status: 'open' })
  })

  test('follows what is pushed when it is told to, if nothing is left uncommitted', async ({
    git,
  }) => {
    const { lastCommit: head } = await git.propose('bigger')
    const desk = await aRepository()
    await desk.git('fetch', '-q', git.remote, 'main', 'bigger:bigger')
    await desk.git('reset', '-q', '--hard', await git.inRemote('rev-parse', 'main'))
    await desk.git('config', 'receive.denyCurrentBranch', 'updateInstead')
    await git.inRemote('config', 'core.bare', 'false')
    await git.moveTo(desk.root)
    await desk.write({ 'main.tf': 'in the middle of something\n' })
    await expect(git.forge.merge(1, { ...asked, head })).rejects.toMatchObject({
      code: 'conflict',
      next: `Commit or put aside what is not committed in ${desk.root}.`,
    })
    await desk.git('checkout', '-q', '--', '.')
    await git.forge.merge(1, { ...asked, head })
    expect(await desk.git('status', '--porcelain')).toBe('')
    expect(await desk.git('show', 'HEAD:bigger.tf')).toBe('new')
    await desk.dispose()
  })
})

describe('hooks', () => {
  test('of the repository may refuse, in their words', async ({ git }) => {
    const { lastCommit } = await git.propose('bigger')
    const hook = `${git.remote}/hooks/update`
    await writeFile(hook, '#!/bin/sh\necho "no merges on Fridays" >&2\nexit 1\n')
    await chmod(hook, 0o755)
    await expect(git.forge.merge(1, { ...asked, head: lastCommit })).rejects.toMatchObject({
      code: 'conflict',
      message: `${git.remote} refuses what is pushed to main: hook declined: no merges on Fridays`,
    })
  })
})

describe('comments', () => {
  test('of people and of Portolan are kept apart', async ({ git }) => {
    await git.propose('bigger')
    const since = new Date(0)
    const said = await git.proposals.comment(1, { author: 'grace', body: 'portolan apply' })
    const sticky = { marker: '<!-- portolan -->', known: undefined }
    const id = await git.forge.upsertComment(1, { ...sticky, body: 'first' })
    expect(await git.forge.upsertComment(1, { ...sticky, body: 'second' })).toBe(id)
    expect(await git.forge.comments([1, 2], since)).toMatchObject([
      { id: said.id, number: 1, author: 'grace', body: 'portolan apply', isEdited: false },
    ])
    expect(await git.forge.comments([1], new Date(Date.now() + 60_000))).toEqual([])
    expect(await git.proposals.comments(1)).toMatchObject([
      { author: 'grace', isPortolans: false },
      { author: 'portolan', body: 'second', isPortolans: true },
    ])
  })
})

describe('the rest of a host', () => {
  test('is what is known here', async ({ git }) => {
    await git.propose('bigger')
    expect(await git.forge.approvals(1)).toEqual([])
    expect(await git.forge.permissionOf('ada')).toBe('admin')
    expect(git.forge.headRef(1)).toBeUndefined()
    expect(await git.forge.check({ webhookUrl: undefined })).toMatchObject([
      { name: 'repository', verdict: 'works' },
      { name: 'merge', verdict: 'unknown' },
    ])
    await expect(git.forge.pullRequest(7)).rejects.toMatchObject({ code: 'not_found' })
  })
})

import { expect } from 'vitest'
import { connectionTo } from '../../../test/support/hosts/connection.ts'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'
import { createGitLabForge } from './forge-client.ts'

const mergeRoute = 'PUT /projects/:id/merge_requests/:merge_request_iid/merge'

/** As GitLab tells of one. */
function anAnswer(iid: number) {
  return {
    iid,
    state: 'opened',
    title: 'Change',
    web_url: `https://gitlab.example.com/${iid}`,
    source_branch: `change-${iid}`,
    target_branch: 'main',
    source_project_id: 42,
    target_project_id: 42,
    sha: 'a'.repeat(40),
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  }
}

test('a merge request is read as it stands', async ({ gitlab, forge, open }) => {
  const { head } = await open({ branch: 'db', title: 'Bigger database', labels: ['infra', 'db'] })

  expect(await forge.pullRequest(1)).toMatchObject({
    number: 1,
    status: 'open',
    title: 'Bigger database',
    author: 'ada',
    url: `${gitlab.url}/acme/platform/infra/-/merge_requests/1`,
    head: { branch: 'db', commit: head, repository: 'acme/platform/infra' },
    base: { branch: 'main' },
    isDraft: false,
    isFork: false,
    labels: ['infra', 'db'],
    mergeCommit: undefined,
  })
})

test('the head can be fetched by its own ref, with the token', async ({ gitlab, forge, open }) => {
  const { head } = await open({ fork: 'eve' })

  expect(forge.headRef(1)).toBe('refs/merge-requests/1/head')
  expect(await gitlab.tip('main')).not.toBe(head)
  expect(await forge.gitLogin()).toEqual({ user: 'oauth2', password: gitlab.token })
  const login = Buffer.from(`oauth2:${gitlab.token}`).toString('base64')
  const refs = await fetch(`${gitlab.cloneUrl}/info/refs?service=git-upload-pack`, {
    headers: { Authorization: `Basic ${login}` },
  })
  expect(await refs.text()).toContain(`${head} refs/merge-requests/1/head`)
})

test('a merge request that is not there is not found', async ({ forge }) => {
  await expect(forge.pullRequest(99)).rejects.toMatchObject({
    code: 'not_found',
    message: 'gitlab.example.com knows no merge request !99',
  })
})

test('drafts, closed ones and retargeted ones are told apart', async ({ gitlab, forge, open }) => {
  await open({ draft: true })
  await gitlab.push({ branch: 'release', files: { a: 'b' } })

  expect(await forge.pullRequest(1)).toMatchObject({ isDraft: true, status: 'open' })
  await gitlab.setDraft(1, false)
  await gitlab.retarget(1, 'release')
  await gitlab.close(1)
  expect(await forge.pullRequest(1)).toMatchObject({
    isDraft: false,
    status: 'closed',
    base: { branch: 'release' },
  })
})

test('one of a fork says so, and of which', async ({ gitlab, forge, open }) => {
  await open({ fork: 'eve' })
  gitlab.answerWith('GET /projects/:id', {
    status: 200,
    body: { id: 9, path_with_namespace: 'eve/infra' },
  })

  expect(await forge.pullRequest(1)).toMatchObject({
    isFork: true,
    head: { repository: 'eve/infra' },
  })
})

test('of a fork that is gone or private nothing is known, but that it was one', async ({
  gitlab,
  forge,
  open,
}) => {
  await open({ fork: 'eve' })

  expect(await forge.pullRequest(1)).toMatchObject({
    isFork: true,
    head: { repository: undefined },
  })
  gitlab.deleteFork(1)
  expect(await forge.pullRequest(1)).toMatchObject({
    isFork: true,
    head: { repository: undefined },
  })
})

test('one without a commit yet is looked at later, and keeps nobody from the others', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  const bare = { ...anAnswer(2), sha: null }
  const one = 'GET /projects/:id/merge_requests/:merge_request_iid'
  gitlab.answerWith(one, { status: 200, body: bare })
  await expect(forge.pullRequest(2)).rejects.toMatchObject({ code: 'unavailable' })

  const list = [bare, anAnswer(3)]
  gitlab.answerWith('GET /projects/:id/merge_requests', { status: 200, body: undefined, list })
  expect(await forge.openPullRequests()).toMatchObject([{ number: 3 }])
})

test('all open ones are listed, whatever number of pages that takes', async ({ gitlab, forge }) => {
  const list = Array.from({ length: 230 }, (_, index) => anAnswer(index + 1))
  gitlab.answerWith('GET /projects/:id/merge_requests', { status: 200, body: undefined, list })

  const found = await forge.openPullRequests()

  expect(found.map(({ number }) => number)).toEqual(list.map(({ iid }) => iid))
  expect(gitlab.calls.all).toHaveLength(3)
})

test('those that are closed are none of them', async ({ gitlab, forge, open }) => {
  await open()
  await open()
  await gitlab.close(1)

  expect((await forge.openPullRequests()).map(({ number }) => number)).toEqual([2])
})

test('approvals are those that stand', async ({ gitlab, forge, open }) => {
  await open()
  await gitlab.review(1, 'ben', 'approve')
  await gitlab.review(1, 'cleo', 'approve')
  await gitlab.review(1, 'cleo', 'dismiss')

  expect(await forge.approvals(1)).toEqual([{ login: 'ben', commit: undefined }])
})

test('what stands in the way of a merge is said in a sentence', async ({ gitlab, forge, open }) => {
  await open({ draft: true })
  expect(await forge.mergeability(1)).toEqual({ mergeable: false, because: 'it is a draft' })

  await gitlab.setDraft(1, false)
  gitlab.protect('main', { approvals: 1 })
  expect(await forge.mergeability(1)).toMatchObject({
    because: 'it lacks approvals that GitLab requires',
  })

  await gitlab.review(1, 'ben', 'approve')
  expect(await forge.mergeability(1)).toEqual({ mergeable: true, because: undefined })

  gitlab.setMergeStatus(1, 'checking')
  expect(await forge.mergeability(1)).toEqual({ mergeable: undefined, because: undefined })
})

test('our own pending status does not stand in the way, a job of others does', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open()
  gitlab.protect('main', { statuses: ['portolan'] })
  const status = { context: 'portolan', description: 'planning', url: 'https://p.example/1' }
  await forge.setStatus(head, { ...status, state: 'pending' })
  await forge.setStatus(head, { ...status, context: 'portolan/db@dev', state: 'failure' })
  expect(await forge.mergeability(1)).toEqual({ mergeable: true, because: undefined })

  gitlab.runPipeline(1, { lint: 'success', unit: 'running', slow: 'pending' })
  expect(await forge.mergeability(1)).toEqual({
    mergeable: false,
    because: 'the pipeline must succeed, and unit is not done',
  })
  gitlab.runPipeline(1, { unit: 'running', build: 'failed' }, 'merge-request')
  expect(await forge.mergeability(1)).toMatchObject({
    because: 'the pipeline must succeed, and build failed',
  })
})

test('a pipeline that runs in a fork must succeed, though nothing more of it can be seen', async ({
  gitlab,
  forge,
  open,
}) => {
  await open({ fork: 'eve' })
  gitlab.protect('main', { statuses: [] })
  gitlab.runPipeline(1, { unit: 'failed' })

  expect(await forge.mergeability(1)).toEqual({
    mergeable: false,
    because: 'its pipeline must succeed',
  })
})

test('it merges what was applied, and says which commit that is on the base', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open()

  const commit = await forge.merge(1, { head, method: 'merge' })

  expect(commit).toBe(await gitlab.tip('main'))
  expect(await forge.pullRequest(1)).toMatchObject({ status: 'merged', mergeCommit: commit })
})

test('a squashed one ends in one commit', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.settings.mergeMethod = 'ff'

  const commit = await forge.merge(1, { head, method: 'squash' })

  expect(commit).toBe(await gitlab.tip('main'))
  expect(commit).not.toBe(head)
})

test('one that is fast-forwarded ends in its own head', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.settings.mergeMethod = 'ff'

  expect(await forge.merge(1, { head, method: 'rebase' })).toBe(head)
  expect(await gitlab.tip('main')).toBe(head)
})

test('one that must be rebased first is not merged, with the reason', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open()
  gitlab.settings.mergeMethod = 'ff'
  await gitlab.push({ branch: 'main', files: { other: 'x' } })

  await expect(forge.merge(1, { head, method: 'rebase' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('it must be rebased onto its target branch'),
  })
})

test('a head that moved is not merged', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  const moved = await gitlab.push({ branch: 'change-1', files: { more: 'x' } })

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`SHA does not match HEAD of source branch: ${moved}`),
  })
  expect(gitlab.pullRequest(1).status).toBe('open')
})

test('a conflict is refused in a sentence', async ({ gitlab, forge }) => {
  await gitlab.push({ branch: 'mine', files: { 'main.tf': 'mine\n' } })
  const { head } = await gitlab.openPullRequest({ branch: 'mine', author: 'ada' })
  await gitlab.push({ branch: 'main', files: { 'main.tf': 'theirs\n' } })

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'conflict',
    message:
      'gitlab.example.com refuses to merge !1: it conflicts with its target branch. It said: Branch cannot be merged',
  })
})

test('a job that failed is named as the reason', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.protect('main', { statuses: [] })
  gitlab.runPipeline(1, { unit: 'failed' })

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'conflict',
    message:
      'gitlab.example.com refuses to merge !1: the pipeline must succeed, and unit failed. It said: 405 Method Not Allowed',
  })
})

test('while GitLab waits only for our own statuses, the merge is asked for again', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open()
  gitlab.protect('main', { statuses: ['portolan'] })
  const status = { context: 'portolan', description: 'x', url: 'https://p.example/1' }
  await forge.setStatus(head, { ...status, state: 'pending' })

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'unavailable',
  })
  await forge.setStatus(head, { ...status, state: 'success' })
  expect(await forge.merge(1, { head, method: 'merge' })).toBe(await gitlab.tip('main'))
})

test('whose role does not merge learns what to click', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.settings.role = 20

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('Protected branches'),
  })
})

test.for(['after', 'cut'] as const)(
  'a merge whose answer was lost (%s) counts as done',
  async (fault, { gitlab, forge, open }) => {
    const { head } = await open()
    gitlab.faults.next(fault, { route: mergeRoute })

    await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await forge.merge(1, { head, method: 'merge' })).toBe(await gitlab.tip('main'))
  },
)

test('one that somebody merged with another head is not ours', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  await gitlab.push({ branch: 'change-1', files: { more: 'x' } })
  await gitlab.merge(1, 'ben')

  await expect(forge.merge(1, { head, method: 'merge' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('it is not open'),
  })
})

test('a merge that GitLab only begins has no commit yet', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.settings.asynchronous = true

  expect(await forge.merge(1, { head, method: 'merge' })).toBeUndefined()
  expect(await forge.pullRequest(1)).toMatchObject({ status: 'open' })
  await gitlab.finishMerges()
  expect(await forge.pullRequest(1)).toMatchObject({
    status: 'merged',
    mergeCommit: await gitlab.tip('main'),
  })
})

test('the address of the API is understood as the address of the host', async ({
  gitlab,
  open,
}) => {
  await open()
  for (const apiUrl of [`${gitlab.url}/`, `${gitlab.url}/api/v4`, `${gitlab.url}/api/v4/`]) {
    const forge = createGitLabForge(connectionTo(gitlab, { apiUrl }))
    expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })
  }
})

import { expect } from 'vitest'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'
import type { CommitStatus } from '../forge.ts'

const setRoute = 'POST /projects/:id/statuses/:sha'

function aStatus(parts: Partial<CommitStatus> = {}): CommitStatus {
  return {
    context: 'portolan',
    state: 'pending',
    description: 'planning 2 workspaces',
    url: 'https://portolan.example.com/changes/1',
    ...parts,
  }
}

test('a status goes from pending to its end', async ({ gitlab, forge, open }) => {
  const { head } = await open({ branch: 'db' })

  await forge.setStatus(head, aStatus())
  await forge.setStatus(head, aStatus({ state: 'failure', description: '1 failed' }))
  await forge.setStatus(head, aStatus({ state: 'pending', description: 'again' }))
  await forge.setStatus(head, aStatus({ state: 'success', description: 'all applied' }))

  expect(gitlab.statusesOf(head).map(({ state, description }) => [state, description])).toEqual([
    ['pending', 'planning 2 workspaces'],
    ['failed', '1 failed'],
    ['pending', 'again'],
    ['success', 'all applied'],
  ])
  expect(gitlab.pipelinesOf(1)).toEqual([
    { ref: 'db', source: 'external', jobs: ['portolan success'] },
  ])
})

test('a status that is so already counts as set', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  await forge.setStatus(head, aStatus())
  await forge.setStatus(head, aStatus())

  expect(gitlab.statusesOf(head)).toHaveLength(1)
})

test('statuses are in the pipeline that the merge request shows, not in one of another branch', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open({ branch: 'zebra' })
  // The same commit is on another branch too, whose name comes first and whose pipeline is newer.
  await gitlab.push({ branch: 'aardvark', from: 'zebra', files: {} })

  await forge.setStatus(head, aStatus())
  expect(gitlab.pipelinesOf(1)).toMatchObject([{ ref: 'zebra', jobs: ['portolan pending'] }])

  gitlab.runPipeline(1, { unit: 'running' }, 'merge-request')
  await forge.setStatus(head, aStatus({ state: 'success' }))
  expect(gitlab.pipelinesOf(1)).toEqual([
    { ref: 'zebra', source: 'external', jobs: ['portolan pending'] },
    {
      ref: 'refs/merge-requests/1/head',
      source: 'merge_request_event',
      jobs: ['unit running', 'portolan success'],
    },
  ])
})

test('the head of a fork gets a status too, though no branch here contains it', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open({ fork: 'eve' })
  await forge.setStatus(head, aStatus())

  expect(gitlab.pipelinesOf(1)).toMatchObject([{ ref: 'refs/merge-requests/1/head' }])
})

test('the pipeline of a fork is not ours to add to', async ({ gitlab, forge, open }) => {
  const { head } = await open({ fork: 'eve' })
  gitlab.runPipeline(1, { unit: 'success' })
  await forge.setStatus(head, aStatus())

  expect(gitlab.pipelinesOf(1).map(({ ref, jobs }) => [ref, jobs])).toEqual([
    ['change-1', ['unit success']],
    ['refs/merge-requests/1/head', ['portolan pending']],
  ])
})

test('of two merge requests with a commit, the one whose head it is shows its status', async ({
  gitlab,
  forge,
}) => {
  const lower = await gitlab.push({ branch: 'lower', files: { a: 'b' } })
  await gitlab.push({ branch: 'upper', from: 'lower', files: { c: 'd' } })
  await gitlab.openPullRequest({ branch: 'upper', author: 'ada' })
  await gitlab.openPullRequest({ branch: 'lower', author: 'ada' })
  gitlab.runPipeline(1, { unit: 'success' })

  await forge.setStatus(lower, aStatus())

  expect(gitlab.pipelinesOf(2)).toMatchObject([{ ref: 'lower', jobs: ['portolan pending'] }])
})

test('a commit of no merge request gets one as well', async ({ gitlab, forge }) => {
  const head = await gitlab.tip('main')
  await forge.setStatus(head, aStatus())

  expect(gitlab.statusesOf(head)).toHaveLength(1)
})

test('a description that is too long is cut', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  await forge.setStatus(head, aStatus({ description: 'x'.repeat(400) }))

  expect(gitlab.statusesOf(head)[0]?.description).toHaveLength(255)
})

test('while another status of the commit is being set, it is tried later', async ({
  gitlab,
  forge,
  open,
}) => {
  const { head } = await open()
  const message = '409 Another update to this commit status is in progress'
  gitlab.answerWith(setRoute, { status: 409, body: { message } })

  await expect(forge.setStatus(head, aStatus())).rejects.toMatchObject({ code: 'unavailable' })
})

test('any other refusal is told', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  const message = { target_url: ['is blocked: Only allowed schemes are http, https'] }
  gitlab.answerWith(setRoute, { status: 400, body: { message } })

  await expect(forge.setStatus(head, aStatus())).rejects.toMatchObject({
    code: 'conflict',
    message:
      'gitlab.example.com refuses to set a commit status (400). It said: target_url is blocked: Only allowed schemes are http, https',
  })
})

test('a role that may not set statuses is named', async ({ gitlab, forge, open }) => {
  const { head } = await open()
  gitlab.settings.role = 20

  await expect(forge.setStatus(head, aStatus())).rejects.toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('Developer'),
  })
})

test('a commit that GitLab does not have is not found', async ({ forge }) => {
  await expect(forge.setStatus('1'.repeat(40), aStatus())).rejects.toMatchObject({
    code: 'not_found',
  })
})

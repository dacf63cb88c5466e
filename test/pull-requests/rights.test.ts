import { describe, expect } from 'vitest'
import type { GitHubHost } from '../support/hosts/github.ts'
import { aComment, sendWebhook } from '../support/webhooks.ts'
import { keeps, sized, twoComponents } from './platforms.ts'
import { hostsFor, pullRequestOf, test, type World } from './world.ts'

describe.each(hostsFor('github'))('who may do what on %s', { timeout: 240_000 }, (kind) => {
  test('a fork is not planned until somebody who may says so about this very head, and never applied', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host, team, project } = world
    await team.admin.api.projects[':project'].variables.$put({
      param: { project },
      json: { kind: 'environment', name: 'CLOUD_TOKEN', value: 'canary-secret', phase: 'both' },
    })
    host.users.add('mallory', 'read')
    const evil = keeps(
      'output "loot" { value = [for k in ["CLOUD_TOKEN"] : try(file("/proc/self/environ"), "")] }',
    )
    const number = await world.open(
      { 'infra/network/main.tf': evil },
      { fork: 'mallory', author: 'mallory' },
    )
    await world.untilSaid(number, /fork/)
    await world.untilQuiet()
    expect((await pullRequestOf(world, number)).changes).toEqual([])
    expect(await world.say(number, 'mallory', 'portolan plan')).toMatch(/^refused/)
    expect(await world.say(number, 'stranger', 'portolan plan')).toMatch(/^refused/)
    expect(await world.say(number, 'ada', 'portolan plan')).toMatch(/^done/)
    await world.untilQuiet()
    const { change } = await pullRequestOf(world, number)
    expect(change).toMatchObject({ id: 1 })
    expect(world.comment(number)).not.toContain('canary-secret')
    expect(await team.server.context.runs.logs(1, 0)).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('canary-secret') }),
    )
    expect(await world.say(number, 'boss', 'portolan apply')).toMatch(
      /^refused: it comes from a fork/,
    )
    await world.applyOverApi(number)
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
    // What is pushed afterwards was seen by nobody.
    await host.push({ branch: 'change-1', files: sized('network', 9), fork: 'mallory' })
    await expect
      .poll(async () => (await pullRequestOf(world, number)).verdict, { timeout: 30_000 })
      .toMatch(/fork/)
    await world.untilQuiet()
    expect((await pullRequestOf(world, number)).changes).toHaveLength(1)
    // Nor what nobody was told of yet, when somebody says so here.
    host.deliverTo('http://127.0.0.1:1')
    await host.push({ branch: 'change-1', files: sized('network', 10), fork: 'mallory' })
    const plan = () =>
      team.admin.api.projects[':project']['pull-requests'][':number'].plan.$post({
        param: { project, number: String(number) },
      })
    await expect(plan()).rejects.toThrow('is of a fork, and has another head')
    expect(await (await plan()).json()).toMatchObject({ permittedBy: 'admin' })
  })

  test('comments of people without rights, edited ones and unknown words do nothing', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host } = world
    host.users.add('outsider', 'none')
    host.users.add('pusher', 'write')
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    for (const login of ['outsider', 'stranger', 'pusher']) {
      expect(await world.say(number, login, 'portolan apply')).toMatch(/^refused: .*is nobody here/)
    }
    expect(await world.say(number, 'ada', 'portolan apply --all-of-it')).toMatch(/^refused/)
    for (const misspelt of ['portolna apply', '~~~sh\nportolan aply\n~~~']) {
      expect(await world.say(number, 'ada', misspelt)).toMatch(/^refused: .*Did you mean/)
    }
    expect(await world.say(number, 'ada', 'portolan apply -e nowhere')).toMatch(
      /^refused: the pull request affects nothing of that name/,
    )
    expect(await world.say(number, 'ada', 'portolan approve')).toMatch(/^refused: ada may not/)
    expect(await world.say(number, 'ada', 'portolan plan -- -target=terraform_data.this')).toMatch(
      /^refused/,
    )
    const { id } = await host.comment(number, 'ada', 'I like this')
    await host.editComment(id, 'portolan apply')
    await host.comment(number, 'ada', '> portolan apply\n\nplease do not')
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
    expect((await pullRequestOf(world, number)).status).toBe('open')
  })

  test('what somebody may here they may not by a comment when they may not on the host', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host, team, project } = world
    host.users.add('reader', 'read')
    await team.admin.api.people.$post({ json: { name: 'reader', fullName: 'Reader' } })
    await team.admin.api.grants.$post({ json: { person: 'reader', role: 'operator', project } })
    await team.admin.api.identities.$post({
      json: { host: new URL(host.url).host, login: 'reader', person: 'reader' },
    })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    for (const command of ['portolan apply', 'portolan plan', 'portolan discard']) {
      expect(await world.say(number, 'reader', command)).toMatch(/^refused: reader may not push/)
    }
    expect(await world.say(number, 'reader', 'portolan approve')).toMatch(/^done/)
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
  })

  test('a draft waits until somebody says so, or it is ready', async ({ aWorld }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const { host } = world
    const number = await world.open(sized('network', 2), { draft: true })
    await world.untilSaid(number, /draft/)
    await world.untilQuiet()
    expect((await pullRequestOf(world, number)).changes).toEqual([])
    expect(await world.say(number, 'ada', 'portolan plan')).toMatch(/^done/)
    await world.untilSaid(number, /`portolan apply`/)
    await host.push({ branch: 'change-1', files: sized('network', 3) })
    await world.untilQuiet()
    expect((await pullRequestOf(world, number)).changes).toHaveLength(1)
    await host.setDraft(number, false)
    await expect
      .poll(async () => (await pullRequestOf(world, number)).change, { timeout: 30_000 })
      .toMatchObject({ id: 2, status: 'open' })
  })
})

test('a fork that is pushed to after somebody looked at it, and before they are heard, is not planned', {
  timeout: 240_000,
}, async ({ aWorld }) => {
  const world = await aWorld({ kind: 'github', files: twoComponents() })
  // A world of GitHub has GitHub's own.
  const host = world.host as GitHubHost
  host.users.add('mallory', 'read')
  host.state.now = () => new Date(Date.now() - 120_000)
  const theirs = { fork: 'mallory', author: 'mallory' }
  const number = await world.open(sized('network', 2), theirs)
  await world.untilSaid(number, /From a fork/)
  await world.untilQuiet()
  const head = await host.push({ branch: 'change-1', files: sized('network', 9), fork: 'mallory' })
  await expect
    .poll(async () => (await pullRequestOf(world, number)).headCommit, { timeout: 60_000 })
    .toBe(head)
  // It was said a while ago, and is heard now.
  host.state.now = () => new Date(Date.now() - 60_000)
  await host.comment(number, 'ada', 'portolan plan')
  await expect
    .poll(async () => (await pullRequestOf(world, number)).commands, { timeout: 60_000 })
    .toMatchObject([{ status: 'refused', answer: expect.stringContaining('is newer than') }])
  await world.untilQuiet()
  expect((await pullRequestOf(world, number)).changes).toEqual([])
})

interface Told {
  readonly id: string
  readonly author: string
  readonly body: string
  readonly at: Date
}

/** Tells of a comment as GitHub does: its secret is all that it takes. */
async function tell({ team, host }: World, number: number, { id, author, body, at }: Told) {
  const told = aComment(number, body, Number(id))
  const [login, moment] = [author, at.toISOString()]
  const comment = { ...told.comment, user: { login }, created_at: moment, updated_at: moment }
  const { secret, repository } = host
  const sent = { secret, repository, event: 'issue_comment', body: { ...told, comment } }
  expect(await sendWebhook(team.url, sent)).toMatchObject({ status: 200 })
}

describe('who knows the secret of the webhook', { timeout: 240_000 }, () => {
  test('speaks for nobody: only what the host has of its author was said', async ({ aWorld }) => {
    const world = await aWorld({ kind: 'github', files: twoComponents() })
    // A world of GitHub has GitHub's own.
    const host = world.host as GitHubHost
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    host.deliveries.mode = 'drop'
    host.nextSecond()
    const { id, createdAt: at } = await host.comment(number, 'stranger', 'portolan apply')
    const mine = await host.comment(number, 'ada', 'I like this')
    const edited = await host.comment(number, 'ada', 'portolan help')
    host.state.now = () => new Date(Date.now() + 2000)
    await host.editComment(edited.id, 'portolan apply')
    const author = 'ada'
    const body = 'portolan apply'
    const earlier = new Date(Date.now() - 120_000)
    await tell(world, number, { id, author, body, at })
    await tell(world, number, { id: mine.id, author, body, at })
    await tell(world, number, { id: edited.id, author, body, at })
    await tell(world, number, { id: '4711', author, body, at: earlier })
    await world.untilQuiet()
    const otherwise = { status: 'refused', answer: expect.stringContaining('otherwise') }
    const { commands, change } = await pullRequestOf(world, number)
    expect(commands).toMatchObject([otherwise, otherwise, otherwise])
    expect(change).toMatchObject({ status: 'open' })
    expect(host.reactionsOf(id)).toEqual([])
    expect(await world.resources()).toEqual([])
  })

  test('holds up nobody who really says something, and what its host shows late is done', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind: 'github', files: twoComponents() })
    const { host } = world
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    const said = await host.comment(number, 'stranger', 'I like this')
    const [author, body, at] = ['ada', 'portolan plan', new Date()]
    await tell(world, number, { id: String(Number(said.id) + 2), author, body, at })
    expect(await world.say(number, 'ada', 'portolan help')).toMatch(/^done/)
    const statuses = async () =>
      (await pullRequestOf(world, number)).commands.map((one) => `${one.body}: ${one.status}`)
    expect(await statuses()).toEqual(['portolan plan: received', 'portolan help: done'])
    host.deliveries.mode = 'drop'
    await host.comment(number, 'ada', 'portolan plan')
    await expect
      .poll(statuses, { timeout: 30_000 })
      .toEqual(['portolan plan: done', 'portolan help: done'])
  })
})

test.extend({ poll: 300 })(
  'a comment that was told to be of the future does not hide those that no webhook tells of',
  { timeout: 240_000 },
  async ({ aWorld }) => {
    const world = await aWorld({ kind: 'github', files: twoComponents() })
    const { host } = world
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    host.deliveries.mode = 'drop'
    const at = new Date(Date.now() + 3_600_000)
    await tell(world, number, { id: '4711', author: 'ada', body: '@boss thank you', at })
    await world.untilQuiet()
    expect(await world.say(number, 'ada', 'portolan help')).toMatch(/^done/)
  },
)

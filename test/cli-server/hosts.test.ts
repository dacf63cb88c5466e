import { afterEach, expect, test } from 'vitest'
import { sendWebhook } from '../support/webhooks.ts'
import { openSide, type Side } from './sides.ts'

let side: Side
afterEach(() => side.close())

const token = 'ghp_of_a_bot'

/** A project whose repository is on a host that does not answer. */
async function onGitHub(...more: readonly string[]) {
  await side.write('portolan.yaml', 'version: 1\nproject: shop\n')
  await side.git('add', '.')
  await side.git('commit', '-q', '-m', 'first')
  await side.add()
  return setHost(...more)
}

function setHost(...more: readonly string[]) {
  const set = ['project', 'host', 'shop', 'github', '--api', 'http://127.0.0.1:9', ...more]
  return side.runWith({ input: `${token}\n` }, ...set, '--token-stdin')
}

async function ask(method: string, path: string, body: object) {
  const response = await fetch(`${side.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${side.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.ok).toBe(true)
}

test('the host of a project is set up, shown, tested and taken away', async () => {
  side = await openSide('server')
  const unnamed = await onGitHub()
  const set = await setHost('--repository', 'acme/infra', '--role', 'write=applier')
  const changed = await side.run('project', 'host', 'shop', 'github', '--bot', 'helper')
  const shown = await side.run('project', 'host', 'shop')
  const moved = await side.run('project', 'host', 'shop', 'gitlab', '--repository', 'a/b')
  const tested = await side.run('project', 'test', 'shop')
  const gone = await side.run('project', 'host', 'shop', 'git')

  expect(unnamed.stderr).toMatch(/cannot be told from .*\n.*owner\/name/s)
  expect(set).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('acme/infra on 127.0.0.1:9 (github, http://127.0.0.1:9)'),
    stderr: expect.stringContaining('portolan project webhook-secret shop'),
  })
  expect(changed.exitCode).toBe(0)
  expect(shown.stdout).toContain('with a token; no secret for its webhook yet')
  expect(shown.stdout).toContain('write there is applier here')
  expect(shown.stdout).toContain('called @helper')
  expect(moved.stderr).toContain('there are no credentials for this host yet')
  expect(tested.exitCode).toBe(1)
  expect(tested.stdout).toContain('? credentials')
  expect(tested.stderr).toContain('Nobody knows whether it works.')
  expect(gone.stdout).toContain('plain git')
  const said = [unnamed, set, changed, shown, moved, tested, gone]
  expect(JSON.stringify(said)).not.toContain(token)
})

test.for([
  [['--api', 'http://gitlab.example.com'], /would send credentials unencrypted/],
  [['--role', 'write=boss'], /hostRoles/],
  [['--role', 'push=applier'], /--role "push=applier" cannot be read/],
  [['--app-id', '7'], /by its id and its private key/],
] as const)('a host is not set up with %s', async ([more, refused]) => {
  side = await openSide('server')
  const set = await onGitHub('--repository', 'acme/infra', ...more)
  expect(set.exitCode).toBe(1)
  expect(set.stderr).toMatch(refused)
})

test('secrets of a webhook are made, used, and replaced; what came is listed and replayed', async () => {
  side = await openSide('server')
  await onGitHub('--repository', 'acme/infra')
  const url = side.url ?? ''
  const made = await side.run('project', 'webhook-secret', 'shop')
  const secret = /Secret: +(\S+)/.exec(made.stdout)?.[1] ?? ''
  const next = await side.run('project', 'webhook-secret', 'shop', '--json')
  const body = { action: 'opened', pull_request: { number: 7 } }
  const first = await sendWebhook(url, { secret, event: 'pull_request', body })
  const given = await side.runWith(
    { input: 'one-that-the-host-has-already' },
    ...['project', 'webhook-secret', 'shop', '--secret-stdin', '--json'],
  )
  const ended = await side.run('project', 'webhook-secret', 'shop', '--end-rotation')
  const second = await sendWebhook(url, { secret, event: 'pull_request', body })
  const list = await side.run('webhooks', '--project', 'shop')
  const id = /^(\d+)/.exec(list.stdout)?.[1] ?? ''
  const shown = await side.run('webhooks', 'show', id)
  const replayed = await side.run('webhooks', 'replay', id)

  expect(made.stdout).toContain(`Address:  ${url}/webhooks/github`)
  expect(given).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"secret_made"') })
  expect(given.stdout).not.toContain('already')
  expect(made.stdout).toContain('Pull requests')
  expect(JSON.parse(next.stdout)).toMatchObject({
    accepted: 2,
    webhookUrl: `${url}/webhooks/github`,
  })
  expect(ended.stdout).toContain('its webhook is verified')
  expect([first.status, second.status]).toEqual([200, 401])
  expect(list.stdout).toMatch(
    /shop {2}pull_request from 127\.0\.0\.1:9 {2}handled {2}#7 is looked at/,
  )
  expect(list.stdout.trim().split('\n')).toHaveLength(1)
  expect(shown.stdout).toContain('"number": 7')
  expect(shown.stdout).not.toContain('sha256=')
  expect(replayed.stdout).toContain(`Delivery ${id} was handled again (handled): #7 is looked at`)
})

test('logins of hosts are linked to people', async () => {
  side = await openSide('server')
  await ask('POST', '/people', { name: 'bob', fullName: 'Bob' })
  const linked = await side.run('person', 'link', 'bob', 'github.com:OctoCat')
  const list = await side.run('person', 'logins')
  const unlinked = await side.run('person', 'unlink', 'github.com:octocat')
  const again = await side.run('person', 'unlink', 'github.com:octocat')
  const wrong = await side.run('person', 'link', 'bob', 'octocat')

  expect(linked.stdout).toContain('octocat of github.com is bob')
  expect(list.stdout).toMatch(/^github\.com:octocat {2}bob {2}/)
  expect(unlinked.exitCode).toBe(0)
  expect(again.stderr).toContain('octocat of github.com is nobody here')
  expect(wrong.stderr).toContain('github.com:octocat')
})

test('a project is added with its host, or not at all', async () => {
  side = await openSide('server')
  const add = ['project', 'add', 'http://127.0.0.1:9/acme/infra.git']
  const none = await side.run(...add, '--repository', 'acme/infra')
  const both = await side.run(...add, '--host', 'github', '--app-id', '7')
  const wrong = await side.run(...add, '--host', 'bitbucket')
  const host = ['--host', 'github', '--api', 'http://127.0.0.1:9', '--token-stdin']
  const away = await side.runWith({ input: token }, ...add, ...host)
  const list = await side.run('project', 'list', '--json')

  expect(none.stderr).toContain('Add --host github.')
  expect(both.stderr).toContain('by its id and its private key')
  expect(wrong.stderr).toContain('Name one of: github, gitlab, gitea, git.')
  expect(away.stderr).toContain('could not be fetched')
  expect(JSON.parse(list.stdout)).toEqual({ projects: [] })
  expect(JSON.stringify([none, both, wrong, away])).not.toContain(token)
})

test('what only a server has is not looked for without one', async () => {
  side = await openSide('local')
  for (const command of [
    ['project', 'host', 'shop'],
    ['project', 'test', 'shop'],
    ['project', 'webhook-secret', 'shop'],
    ['webhooks'],
    ['webhooks', 'show', '1'],
    ['webhooks', 'replay', '1'],
    ['person', 'link', 'bob', 'github.com:octocat'],
    ['person', 'unlink', 'github.com:octocat'],
    ['person', 'logins'],
  ]) {
    const said = await side.run(...command)
    expect(said.exitCode, command.join(' ')).toBe(1)
    expect(said.stderr, command.join(' ')).toContain('this needs a server')
  }
})

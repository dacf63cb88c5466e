import { randomUUID } from 'node:crypto'
import { createConnection } from 'node:net'
import { describe, expect } from 'vitest'
import { type Team, test } from '../support/team.ts'
import { aComment, aWebhook, sendWebhook } from '../support/webhooks.ts'

const param = { project: 'shop' }

/** A project whose repository is on GitHub; answers the secret of its webhook. */
async function onGitHub(team: Team, given?: string): Promise<string> {
  await team.project({ 'portolan.yaml': 'version: 1\nproject: shop\n', 'main.tf': '' })
  const { forge } = team.admin.api.projects[':project']
  const put = await forge.$put({
    param,
    json: {
      kind: 'github',
      apiUrl: 'http://127.0.0.1:9',
      repository: 'acme/infra',
      credentials: { type: 'token', token: 'ghp_of_a_bot' },
    },
  })
  expect(put.status).toBe(200)
  const made = await forge.secrets.$post({
    param,
    json: given === undefined ? {} : { secret: given },
  })
  return (await made.json()).secret
}

async function listed(team: Team, query: object = {}) {
  return (await team.admin.api.webhooks.$get({ query })).json()
}

function commands(team: Team) {
  return team.server.context.db
    .selectFrom('pull_request_commands')
    .select(['number', 'author', 'body'])
    .execute()
}

function looks(team: Team) {
  return team.server.context.db.selectFrom('pull_request_looks').select('number').execute()
}

describe('a webhook', () => {
  test('that was signed is recorded with what it led to, and shown without its signature', async ({
    team,
  }) => {
    const secret = await onGitHub(team)
    const body = { action: 'opened', pull_request: { number: 7 } }
    const sent = await sendWebhook(team.url, { secret, event: 'pull_request', body })

    expect(sent).toMatchObject({ status: 200, text: '{"result":"#7 is looked at"}' })
    expect(await looks(team)).toEqual([{ number: 7 }])
    const { items } = await listed(team)
    expect(items).toMatchObject([
      {
        project: 'shop',
        host: '127.0.0.1:9',
        delivery: sent.delivery,
        event: 'pull_request',
        status: 'handled',
        result: '#7 is looked at',
        times: 1,
      },
    ])
    const id = String(items[0]?.id)
    const shown = await (await team.admin.api.webhooks[':id'].$get({ param: { id } })).json()
    expect(JSON.parse(shown.payload)).toMatchObject(body)
    expect(shown.headers).toMatchObject({ 'x-github-event': 'pull_request' })
    expect(JSON.stringify(shown)).not.toMatch(/sha256=|signature/i)
  })

  test('is one command, however often it is sent', async ({ team }) => {
    const secret = await onGitHub(team)
    const webhook = {
      secret,
      event: 'issue_comment',
      body: aComment(7, 'portolan apply'),
      delivery: 'one',
    }
    const sent = await Promise.all(Array.from({ length: 8 }, () => sendWebhook(team.url, webhook)))

    expect(sent.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(sent.filter(({ text }) => text.includes('taken before'))).toHaveLength(7)
    expect(await commands(team)).toEqual([{ number: 7, author: 'octocat', body: 'portolan apply' }])
    expect((await listed(team)).items).toHaveLength(1)
  })

  test.for([
    ['of another secret', {}, { secret: 'guessed guessed guessed' }],
    ['without a signature', {}, { headers: { 'x-hub-signature-256': '' } }],
    ['of a repository that nobody knows', {}, { repository: 'acme/other' }],
    ['of no repository', { repository: null }, {}],
  ] as const)(
    '%s is refused in the same words, and nothing of it is kept',
    async ([, more, other], { team }) => {
      const secret = await onGitHub(team)
      const body = { ...aComment(7, 'portolan apply'), ...more }
      const refused = await sendWebhook(team.url, {
        secret,
        event: 'issue_comment',
        body,
        ...other,
      })
      const known = await sendWebhook(team.url, { secret: 'x', event: 'ping', body: {} })

      expect(refused.status).toBe(401)
      expect(refused.text).toBe(known.text)
      expect((await listed(team)).items).toEqual([])
      expect(await commands(team)).toEqual([])
    },
  )

  test('whose body was altered on its way is refused', async ({ team }) => {
    const secret = await onGitHub(team)
    const { headers, body } = aWebhook({ secret, event: 'issue_comment', body: aComment(7, 'hi') })
    const altered = body.replace('"hi"', '"portolan apply"')
    const answer = await fetch(`${team.url}/webhooks/github`, {
      method: 'POST',
      headers,
      body: altered,
    })
    expect(answer.status).toBe(401)
    expect(await commands(team)).toEqual([])
  })

  test('of a shape that cannot be read is kept as failed, with why', async ({ team }) => {
    const secret = await onGitHub(team)
    const body = { action: 'created' }
    const sent = await sendWebhook(team.url, { secret, event: 'issue_comment', body })

    expect(sent.status).toBe(200)
    expect((await listed(team, { status: 'failed' })).items).toMatchObject([
      { event: 'issue_comment', result: expect.stringMatching(/another shape/) },
    ])
  })

  test('may come to the address that Atlantis had', async ({ team }) => {
    const secret = await onGitHub(team)
    const sent = await sendWebhook(team.url, { secret, event: 'ping', body: {}, path: '/events' })
    expect(sent).toMatchObject({ status: 200, text: '{"result":"the webhook works"}' })
  })

  test.for(['/webhooks/bitbucket', '/webhooks/gitlab', '/webhooks/github/more', '/webhooks'])(
    'of GitHub finds nothing at %s',
    async (path, { team }) => {
      const secret = await onGitHub(team)
      const sent = await sendWebhook(team.url, { secret, event: 'ping', body: {}, path })
      expect(sent.status).toBe(404)
    },
  )

  test('of more than is shown says so', async ({ team }) => {
    const secret = await onGitHub(team)
    const shown = async (letters: number) => {
      const body = { filler: 'x'.repeat(letters) }
      const sent = { secret, event: 'ping', body }
      expect((await sendWebhook(team.url, sent)).status).toBe(200)
      const id = String((await listed(team)).items[0]?.id)
      return (await team.admin.api.webhooks[':id'].$get({ param: { id } })).json()
    }
    const whole = await shown(1000)
    const cut = await shown(256 * 1024)

    expect([whole.payloadCut, cut.payloadCut]).toEqual([false, true])
    expect(cut.payload).toHaveLength(256 * 1024)
  })

  test('of more than 5 MiB is refused', async ({ team }) => {
    const secret = await onGitHub(team)
    const body = { filler: 'x'.repeat(5 * 1024 * 1024) }
    const { status } = await sendWebhook(team.url, { secret, event: 'ping', body })
    expect(status).toBe(413)
    expect((await listed(team)).items).toEqual([])
  })

  test('is taken while others hold the door with large ones', async ({ team }) => {
    const secret = await onGitHub(team)
    const { port } = new URL(team.url)
    const begin =
      'POST /webhooks/github HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: 1\r\n'
    const open = () => {
      const socket = createConnection(Number(port), '127.0.0.1')
      let said = ''
      socket.setEncoding('utf8').on('data', (text) => {
        said += text
      })
      socket.write(`${begin}Content-Length: 1000000\r\n\r\n{`)
      return { socket, said: () => said }
    }
    const held = Array.from({ length: 20 }, open)
    const refused = () => held.filter(({ said }) => said().startsWith('HTTP/1.1 503')).length
    await expect.poll(refused, { timeout: 20_000 }).toBe(4)
    const small = await sendWebhook(team.url, { secret, event: 'ping', body: {} })
    expect(small.status).toBe(200)

    for (const { socket } of held) socket.destroy()
    const filler = 'x'.repeat(1024 * 1024)
    const large = () => sendWebhook(team.url, { secret, event: 'ping', body: { filler } })
    await expect.poll(async () => (await large()).status, { timeout: 20_000 }).toBe(200)
  })

  test('that ends in the middle leaves nothing', async ({ team }) => {
    const secret = await onGitHub(team)
    const { headers, body } = aWebhook({ secret, event: 'ping', body: {} })
    const { port } = new URL(team.url)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const socket = createConnection(Number(port), '127.0.0.1')
    const head = `POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n`
    socket.write(`${head}${lines.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`)
    socket.end()
    await new Promise((resolve) => socket.on('close', resolve).resume())
    expect((await listed(team)).items).toEqual([])
    expect((await sendWebhook(team.url, { secret, event: 'ping', body: {} })).status).toBe(200)
  })
})

describe('secrets of a webhook', () => {
  test('are two during a rotation, and never more', async ({ team }) => {
    const first = await onGitHub(team)
    const { forge } = team.admin.api.projects[':project']
    const next = async () => (await (await forge.secrets.$post({ param, json: {} })).json()).secret
    const accepted = async (...secrets: readonly string[]) => {
      const answers: number[] = []
      for (const secret of secrets) {
        answers.push((await sendWebhook(team.url, { secret, event: 'ping', body: {} })).status)
      }
      return answers
    }
    const second = await next()
    expect(await accepted(first, second)).toEqual([200, 200])
    const third = await next()
    expect(await accepted(first, second, third)).toEqual([401, 200, 200])
    const ended = await forge.secrets.old.$delete({ param })
    expect(await ended.json()).toMatchObject({ secrets: 1 })
    expect(await accepted(first, second, third)).toEqual([401, 401, 200])
  })

  test('can be one that the host has already', async ({ team }) => {
    const secret = await onGitHub(team, "the app's own secret")
    expect(secret).toBe("the app's own secret")
    expect((await sendWebhook(team.url, { secret, event: 'ping', body: {} })).status).toBe(200)
  })
})

describe('what hosts sent', () => {
  test('is handled once more when somebody asks for it', async ({ team }) => {
    const secret = await onGitHub(team)
    const body = { action: 'opened', pull_request: { number: 7 } }
    await sendWebhook(team.url, { secret, event: 'pull_request', body })
    await team.server.context.db.deleteFrom('pull_request_looks').execute()
    const [delivery] = (await listed(team)).items

    const again = await team.admin.api.webhooks[':id'].replay.$post({
      param: { id: String(delivery?.id) },
    })

    expect(await again.json()).toMatchObject({ status: 'handled', times: 2 })
    expect(await looks(team)).toEqual([{ number: 7 }])
    const audit = await (await team.admin.api.audit.$get({ query: { subject: 'shop' } })).json()
    expect(audit.items[0]).toMatchObject({ action: 'webhook.replay', actor: 'admin' })
  })

  test('is shown to those who set the project up, and page by page', async ({ team }) => {
    const secret = await onGitHub(team)
    for (let number = 1; number <= 3; number += 1) {
      await sendWebhook(team.url, { secret, event: 'ping', body: {} })
    }
    const first = await listed(team, { limit: '2' })
    expect(first.items).toHaveLength(2)
    const rest = await listed(team, { limit: '2', cursor: String(first.next) })
    expect(rest).toMatchObject({ items: [{ event: 'ping' }], next: null })

    await team.server.context.db
      .insertInto('projects')
      .values({ id: randomUUID(), name: 'elsewhere', repository: 'elsewhere' })
      .execute()
    const elsewhere = await team.member('eve', { role: 'admin', project: 'elsewhere' })
    const here = await team.member('ada', { role: 'admin', project: 'shop' })
    const viewer = await team.member('vic', 'viewer')
    const id = String(first.items[0]?.id)
    const seen = async ({ headers }: typeof here) => [
      (await fetch(`${team.url}/api/v1/webhooks`, { headers })).status,
      (await fetch(`${team.url}/api/v1/webhooks/${id}`, { headers })).status,
    ]
    expect(await seen(here)).toEqual([200, 200])
    expect(await seen(viewer)).toEqual([403, 403])
    expect(await seen(elsewhere)).toEqual([200, 404])
    const others = await (await elsewhere.api.webhooks.$get({ query: {} })).json()
    expect(others.items).toEqual([])
  })

  test('is forgotten after 30 days', async ({ team }) => {
    const secret = await onGitHub(team)
    await sendWebhook(team.url, { secret, event: 'ping', body: {}, delivery: 'old' })
    await sendWebhook(team.url, { secret, event: 'ping', body: {}, delivery: 'young' })
    const { db } = team.server.context
    const days = (count: number) => new Date(Date.now() - count * 24 * 3600_000)
    const age = async (delivery: string, count: number) => {
      await db
        .updateTable('webhook_deliveries')
        .set({ received_at: days(count) })
        .where('delivery', '=', delivery)
        .execute()
    }
    await age('old', 31)
    await age('young', 29)
    for (let sent = 0; sent < 50; sent += 1) {
      await sendWebhook(team.url, { secret, event: 'ping', body: {} })
    }
    const kept = await db.selectFrom('webhook_deliveries').select('delivery').execute()
    const names = kept.map(({ delivery }) => delivery)
    expect(names).not.toContain('old')
    expect(names).toContain('young')
  })
})

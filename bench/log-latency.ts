import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { type Browser, chromium } from 'playwright-core'
import { createApiClient } from '../src/api/client/client.ts'
import { readConfig } from '../src/app/config.ts'
import { openTeamServer, type TeamServer } from '../src/server/team-server.ts'
import { aRepository } from '../test/support/repository.ts'
import { buildWeb } from '../web/build.ts'
import { concludeGoal, format, print } from './measure.ts'

const GOAL_MILLISECONDS = 200
const LINES = 200

/** From a job writing a line to a browser showing it: both clocks are this machine's. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-latency-'))
  await chmod(directory, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  const repository = await aRepository(talkative())
  await buildWeb()
  const server = await openTeamServer(
    readConfig({ ...process.env, PORTOLAN_DATA_DIR: path.join(directory, 'data') }),
    { host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) },
  )
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const delays = await watch(browser, server, repository.root)
    print(`  median ${format(quantile(delays, 0.5))}, n=${delays.length}`)
    concludeGoal('log-latency p95', quantile(delays, 0.95), GOAL_MILLISECONDS)
  } finally {
    await browser.close()
    await server.close()
    await repository.dispose()
    await rm(directory, { recursive: true, force: true })
  }
}

/** A job that writes the time, five times a second and in bursts between. */
function talkative(): Readonly<Record<string, string>> {
  return {
    'portolan.yaml':
      'version: 1\nproject: shop\nenvironments: { dev: {} }\ncomponents:\n  talk: { run: node talk.mjs }\n',
    'talk.mjs': `
const say = () => console.log('at ' + Date.now())
await new Promise((resolve) => setTimeout(resolve, 5000))
for (let line = 0; line < ${LINES}; line++) {
  say()
  await new Promise((resolve) => setTimeout(resolve, line % 4 === 0 ? 200 : 15))
}
`,
  }
}

async function watch(browser: Browser, server: TeamServer, source: string): Promise<number[]> {
  const { token } = await server.context.tokens.create({
    name: 'bench',
    permissions: ['admin'],
    actor: 'bench',
  })
  const api = createApiClient({
    url: server.url,
    headers: () => ({ authorization: `Bearer ${token}` }),
  })
  await api.projects.$post({ json: { source } })
  const made = await api.changes.$post({ json: { project: 'shop', select: {} } })
  const id = String((await made.json()).id)
  const settled = async () => {
    for (;;) {
      const view = await (await api.changes[':id'].$get({ param: { id } })).json()
      if (view.working === undefined) return view
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await settled()
  const page = await (await browser.newContext({ baseURL: server.url })).newPage()
  await page.goto(server.firstLink ?? '/')
  await page.getByLabel('New password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/link'))
  await page.goto(`/changes/${id}?node=talk%40dev&tab=log`)
  await page.evaluate(() => {
    const seen = new Map<string, number>()
    const look = () => {
      for (const [text, at] of document.body.innerText.matchAll(/\bat (\d{13})\b/g)) {
        if (at !== undefined && !seen.has(text)) seen.set(text, Date.now() - Number(at))
      }
    }
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    Object.assign(window, { delays: () => [...seen.values()] })
  })
  await api.changes[':id'].apply.$post({ param: { id }, json: {} })
  await settled()
  await page.waitForTimeout(1000)
  return page.evaluate(() => (window as unknown as { delays(): number[] }).delays())
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

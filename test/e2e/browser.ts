import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildWeb } from '../../web/build.ts'
import { test as base, type Member, type Team } from '../support/team.ts'

/** Where Debian puts it. */
const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Whether there is a browser; in CI there must be one. */
export const hasBrowser = existsSync(program)
if (!hasBrowser && process.env['CI'] !== undefined) {
  throw new Error(`${program} is missing: apt-get install chromium`)
}
if (!hasBrowser) {
  process.stderr.write(`${program} is missing: what needs a browser is skipped.\n`)
}

/** A browser of somebody's own, signed in as them. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** What a page of ours must never say: errors of scripts, refusals of the content policy. */
  readonly faults: string[]
}

export interface Look {
  readonly width?: number
  /** By another way than the server's own. */
  readonly url?: string
  readonly scheme?: 'light' | 'dark'
}

interface BrowserFixtures {
  readonly browser: Browser
  /** Opens a browser for nobody, or for a member. */
  readonly visit: (member?: Member, look?: Look) => Promise<Visitor>
}

/** vitest's `test` with a team's server, and real browsers on its UI. */
export const test = base.extend<BrowserFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  browser: async ({}, use) => {
    const browser = await chromium.launch({
      executablePath: program,
      // In a container there is no sandbox to be had, and little shared memory.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
    await use(browser)
    await browser.close()
  },
  visit: async ({ browser, team }, use) => {
    await use((member, look) => openVisitor(browser, team, { member, look }))
  },
})

// Before any server is started: it reads what is built.
if (hasBrowser) await buildWeb()

async function openVisitor(
  browser: Browser,
  team: Team,
  { member, look = {} }: { readonly member: Member | undefined; readonly look: Look | undefined },
): Promise<Visitor> {
  const url = look.url ?? team.url
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: look.width ?? 1280, height: 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(20_000)
  const cookie = member?.headers['cookie']
  if (cookie !== undefined) {
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url }])
  }
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    const text = message.text()
    // What the server refused is shown in the page; the browser says it too.
    if (message.type() === 'error' && !/^Failed to load resource/.test(text)) faults.push(text)
  })
  return { page, context, faults }
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

export const inDialog = (page: Page, name: string | RegExp) =>
  page.getByRole('dialog').getByRole('button', { name })

const pictures = fileURLToPath(new URL('../../.data/screenshots', import.meta.url))

/** Keeps a picture of a page, to be looked at by people. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
}

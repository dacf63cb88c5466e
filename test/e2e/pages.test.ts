import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { type Team, untilSettled, viewOf } from '../support/team.ts'
import { hasBrowser, picture, test } from './browser.ts'
import { hostile, hostileShop } from './hostile.ts'
import { hosted, hostilePullRequests } from './hostile-pull-requests.ts'

/** A team that has everything that a page can show: what is applied, waits, failed and drifted. */
async function busyTeam(team: Team) {
  const repository = await team.project(hostileShop())
  await team.project(hosted)
  const { api } = team.admin
  await team.member('bob', 'approver', { role: 'operator', environment: 'dev' })
  await api.teams[':name'].$put({ param: { name: 'sre' }, json: { members: ['bob'] } })
  await api.tokens.$post({ json: { name: 'ci', permissions: ['read'], personal: false } })
  await api.projects[':project'].variables.$put({
    param: { project: 'shop' },
    json: { kind: 'environment', name: 'CLOUD_TOKEN', value: 'very-secret' },
  })
  const made = await api.changes.$post({
    json: { project: 'shop', reason: hostile[0] ?? '', select: {} },
  })
  const { id } = await made.json()
  await untilSettled(team, team.admin, id)
  const { lastEvent } = await viewOf(team.admin, id)
  await api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
  await untilSettled(team, team.admin, id, String(lastEvent))
  const { nodes } = await viewOf(team.admin, id)
  const runOf = (name: string) => nodes.find((node) => node.name === name)?.run?.id ?? 0
  const invited = await api.people.$post({ json: { name: 'iris', fullName: hostile[1] ?? '' } })
  expect(invited.status).toBe(201)
  return {
    id,
    ...(await hostilePullRequests(team, repository)),
    waiting: runOf('texts@prod'),
    failed: runOf('broken@dev'),
    applied: runOf('texts@dev'),
  }
}

type Busy = Awaited<ReturnType<typeof busyTeam>>

const pages = ({
  id,
  waiting,
  failed,
  applied,
  proposed,
  other,
  proposedChange,
  delivery,
}: Busy): Readonly<Record<string, string>> => ({
  overview: '/',
  changes: '/changes',
  change: `/changes/${id}`,
  'change-plan': `/changes/${id}?node=texts%40prod&tab=plan`,
  'change-log': `/changes/${id}?node=broken%40dev&tab=log`,
  'pull-requests': '/pull-requests',
  'pull-requests-none': '/pull-requests?status=merged',
  'pull-request': `/projects/shop/pull-requests/${proposed}`,
  'pull-request-plan': `/projects/shop/pull-requests/${proposed}?node=texts%40prod&tab=plan`,
  'pull-request-problem': `/projects/shop/pull-requests/${other}`,
  'change-of-pull-request': `/changes/${proposedChange}`,
  'pull-request-fork': '/projects/hosted/pull-requests/77',
  'pull-request-missing': '/projects/shop/pull-requests/999',
  'pull-request-new': '/pull-requests/new?project=shop&branch=larger&title=Larger',
  'pull-request-new-hosted': '/pull-requests/new?project=hosted',
  'run-waiting': `/runs/${waiting}`,
  'run-failed': `/runs/${failed}`,
  'run-log': `/runs/${applied}?tab=log`,
  'workspace-resources': '/projects/shop/workspaces/texts@dev',
  'workspace-outputs': '/projects/shop/workspaces/texts@dev?tab=outputs',
  'workspace-history': '/projects/shop/workspaces/texts@dev?tab=history',
  'workspace-runs': '/projects/shop/workspaces/texts@dev?tab=runs',
  'workspace-variables': '/projects/shop/workspaces/texts@dev?tab=variables',
  projects: '/projects',
  project: '/projects/shop',
  'project-variables': '/projects/shop?tab=variables',
  'project-host': '/projects/shop?tab=host',
  'project-host-app': '/projects/shop?tab=host&way=github-app',
  'project-host-gitlab': '/projects/shop?tab=host&way=gitlab',
  'project-host-connected': '/projects/hosted?tab=host',
  webhooks: '/webhooks',
  'webhooks-none': '/webhooks?project=shop',
  webhook: `/webhooks/${delivery}`,
  people: '/settings/people',
  identities: '/settings/identities',
  teams: '/settings/teams',
  roles: '/settings/roles',
  tokens: '/settings/tokens',
  account: '/settings/account',
  audit: '/audit',
  docs: '/docs',
  nothing: '/there/is/nothing',
})

/** What axe looks at differs little between widths, and between themes in their colours only. */
const looks = [
  { scheme: 'light', width: 1440, axe: 'all' },
  { scheme: 'light', width: 900, axe: undefined },
  { scheme: 'light', width: 360, axe: undefined },
  { scheme: 'dark', width: 360, axe: 'colours' },
  { scheme: 'dark', width: 1440, axe: undefined },
] as const

async function show(page: Page, { scheme, width }: (typeof looks)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
}

/** Until nothing is loading any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('domcontentloaded')
  await page.locator('main h1, main [role=alert]').first().waitFor()
  const loading = page.locator('.animate-pulse, [aria-busy=true]')
  await expect.poll(() => loading.count(), { timeout: 20_000 }).toBe(0)
}

async function faultsOf(page: Page): Promise<string[]> {
  const { overflow, isHit } = await page.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    isHit: 'hit' in window,
  }))
  return [
    ...(overflow > 0 ? [`${overflow} px wider than the window`] : []),
    ...(isHit ? ['a hostile text was run'] : []),
  ]
}

async function violationsOf(page: Page, what: 'all' | 'colours'): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (what === 'all'
    ? axe
    : axe.withRules(['color-contrast', 'link-in-text-block'])
  ).analyze()
  return violations.map(({ id, nodes }) => {
    const targets = nodes.map((node) => node.target.join(' '))
    return `${id}: ${targets.slice(0, 3).join(' | ')}`
  })
}

describe.skipIf(!hasBrowser)('every page', { timeout: 600_000 }, () => {
  test('has no fault that axe finds, fits its width, and takes hostile texts for texts', async ({
    team,
    visit,
  }) => {
    const all = pages(await busyTeam(team))
    const wrong: string[] = []
    const { page, faults } = await visit(team.admin)
    for (const [name, path] of Object.entries(all)) {
      await show(page, looks[0])
      await page.goto(path)
      for (const look of looks) {
        await show(page, look)
        await settle(page)
        const at = `${name}-${look.scheme}-${look.width}`
        await picture(page, at)
        const found = [
          ...(await faultsOf(page)),
          ...(look.axe === undefined ? [] : await violationsOf(page, look.axe)),
        ]
        wrong.push(...found.map((fault) => `${at}: ${fault}`))
      }
    }
    expect([...wrong, ...faults]).toEqual([])
  })

  test('that needs somebody sends others to sign in, and has no fault there either', async ({
    visit,
  }) => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, faults } = await visit(undefined, { scheme, width: 360 })
      for (const path of ['/changes', '/link/ptk_none']) {
        await page.goto(path)
        await page.locator('h1').first().waitFor()
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id }) => id)).toEqual([])
        await picture(page, `${path.split('/')[1]}-signed-out-${scheme}`)
      }
      expect(faults).toEqual([])
    }
  })
})

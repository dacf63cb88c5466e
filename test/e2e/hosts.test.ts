import { describe, expect } from 'vitest'
import { shop } from '../server/platforms.ts'
import { aGitHub } from '../support/hosts/github.ts'
import { button, hasBrowser, inDialog, test as withBrowser } from './browser.ts'

const test = withBrowser.extend<{ host: Awaited<ReturnType<typeof aGitHub>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  host: async ({}, use) => {
    const host = await aGitHub({ files: shop('{ approvals: 1 }') })
    await use(host)
    await host.dispose()
  },
})

describe.skipIf(!hasBrowser)('a host', { timeout: 180_000 }, () => {
  test('is connected step by step, tested, heard of, and its logins are linked to people', async ({
    team,
    visit,
    host,
  }) => {
    await team.project(shop('{ approvals: 1 }'))
    await team.member('bob', 'approver')
    const { page, faults } = await visit(team.admin)
    await page.goto('/projects/shop?tab=host')
    await page.getByLabel('GitHub with a token').check()
    await page.getByLabel('Token', { exact: true }).fill(host.token)
    await page.getByLabel('Repository').fill(host.repository)
    await page.getByLabel('Address of the API').fill(host.apiUrl)
    await button(page, 'Connect').click()
    await page.getByRole('heading', { name: 'Connected' }).waitFor()

    await button(page, 'Create webhook secret').click()
    await page.getByText('Paste it on the host now: it is shown this once.').waitFor()
    await page.getByText('The host has a secret already').click()
    await page.getByLabel('Its secret').fill(host.secret)
    await button(page, 'Accept it').click()
    await page.getByText('A rotation goes on').waitFor()
    await button(page, 'Accept only the newest …').click()
    await inDialog(page, 'Accept only the newest').click()
    await page.getByText('One secret is accepted.').waitFor()
    await page.getByText('Nothing has arrived yet.').waitFor()
    host.deliverTo(`${team.url}/webhooks/github`)
    await page.getByText(/^arrived/).waitFor()

    await button(page, 'Test').click()
    await page.getByText('The host is well set up.').waitFor()
    await page.getByText('The webhook leads here, and the last one arrived.').waitFor()

    await page.getByRole('link', { name: 'ping' }).click()
    await button(page, 'Replay').click()
    await page.getByText('It was handled once more.').waitFor()

    await page.goto('/settings/identities')
    await button(page, 'Link a login').click()
    await page.getByLabel('Login', { exact: true }).fill('OctoCat')
    await page.getByLabel('Host', { exact: true }).fill(new URL(host.url).host)
    await page.getByLabel('Person').selectOption('bob')
    await inDialog(page, 'Link').click()
    await page.getByRole('row', { name: /octocat.*bob/ }).waitFor()
    expect(faults).toEqual([])
  })

  test('is connected together with its project, which is private; what comes from a fork is planned and not applied', async ({
    team,
    visit,
    host,
  }) => {
    const { page, faults } = await visit(team.admin)
    await page.goto('/projects')
    await page.getByLabel('Repository').fill(host.cloneUrl)
    await page.getByLabel('Connect its host now').check()
    await page.getByLabel('App ID').fill(String(host.app.id))
    await page.getByLabel('Private key').fill(host.privateKey)
    await button(page, 'Add the project').click()
    await page.getByRole('heading', { name: 'Connected' }).waitFor()
    await page.getByText(host.repository, { exact: true }).waitFor()

    const json = { secret: host.secret }
    await team.admin.api.projects[':project'].forge.secrets.$post({
      param: { project: 'shop' },
      json,
    })
    host.deliverTo(`${team.url}/webhooks/github`)
    host.users.add('mallory', 'read')
    const files = {
      'portolan.yaml': shop('{ approvals: 1 }')['portolan.yaml'].replace('size: 1', 'size: 2'),
    }
    await host.push({ branch: 'larger', files, fork: 'mallory' })
    const opened = { branch: 'larger', title: 'Larger', author: 'mallory', fork: 'mallory' }
    const { number } = await host.openPullRequest(opened)
    await page.goto('/pull-requests')
    await page.getByRole('link', { name: 'Larger' }).click()
    await page.waitForURL(`/projects/shop/pull-requests/${number}`)
    await button(page, 'Plan it').click()
    await page.getByText('Untrusted: from a fork').waitFor({ timeout: 60_000 })
    await page.getByText('Planned', { exact: true }).first().waitFor({ timeout: 60_000 })
    await button(page, /^Apply$/).click({ force: true })
    await page
      .getByRole('status')
      .getByText('It comes from a fork, and is never applied from there.')
      .waitFor()
    expect(faults).toEqual([])
  })
})

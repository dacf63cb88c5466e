import { describe, expect } from 'vitest'
import { shop } from '../server/platforms.ts'
import { button, hasBrowser, inDialog, test } from './browser.ts'

/** What Portolan applies by itself it also merges by itself, unless people want to. */
function platform(size: number) {
  const files = shop('{ approvals: 1 }')
  const manifest = files['portolan.yaml'].replace('size: 1', `size: ${size}`)
  return { ...files, 'portolan.yaml': `${manifest}pull_requests: { merge: manual }\n` }
}

describe.skipIf(!hasBrowser)('a pull request of plain git', { timeout: 180_000 }, () => {
  test('is opened, planned, approved by somebody else, applied and merged, all of it in a browser', async ({
    team,
    visit,
  }) => {
    const repository = await team.project(platform(1))
    await repository.git('checkout', '--quiet', '-b', 'larger-network')
    await repository.write({ 'portolan.yaml': platform(2)['portolan.yaml'] })
    const head = await repository.commit('A larger network')
    await repository.git('checkout', '--quiet', 'main')
    // Other than a bare repository, this one has files of its own, which nobody looks at.
    await repository.git('config', 'receive.denyCurrentBranch', 'ignore')
    const alice = await visit(await team.member('alice', 'applier'))
    const bob = await visit(await team.member('bob', 'approver'))

    await alice.page.goto('/pull-requests')
    await alice.page.getByRole('link', { name: 'Open the first one' }).click()
    await alice.page.getByLabel('Branch').fill('larger-network')
    await alice.page.getByLabel('Title').fill('A larger network')
    await button(alice.page, 'Open the pull request').click()
    await alice.page.getByRole('heading', { name: 'A larger network' }).waitFor()
    const { pathname } = new URL(alice.page.url())
    // It is planned by itself, and the page shows it as it comes.
    await alice.page.getByRole('link', { name: /^change-\d+$/ }).waitFor({ timeout: 60_000 })
    await button(alice.page, /^Apply$/).click({ timeout: 60_000 })
    await inDialog(alice.page, /^Apply/).click()
    await alice.page
      .getByText('Waits for approval in prod.', { exact: true })
      .waitFor({ timeout: 60_000 })

    await bob.page.goto(pathname)
    await button(bob.page, 'Approve prod').click({ timeout: 60_000 })
    await inDialog(bob.page, /^Approve/).click()
    await bob.page.getByRole('dialog').waitFor({ state: 'detached' })
    await bob.page.getByLabel('Comment').fill('Agreed: the network is too small.')
    await button(bob.page, 'Comment').click()

    await alice.page.getByText('Agreed: the network is too small.').waitFor()
    await button(alice.page, /^Apply$/).click()
    await inDialog(alice.page, /^Apply/).click()
    await button(alice.page, 'Merge …').and(alice.page.locator(':not([aria-disabled])')).click({
      timeout: 60_000,
    })
    await inDialog(alice.page, 'Merge').click()
    await alice.page.getByText('Merged', { exact: true }).waitFor()

    await repository.git('merge-base', '--is-ancestor', head, 'main')
    await alice.page.goto('/')
    // Of two workspaces, and of the filter.
    await expect.poll(() => alice.page.getByText('In sync').count(), { timeout: 30_000 }).toBe(3)
    await alice.page.goto('/pull-requests?status=merged')
    await alice.page.getByRole('link', { name: 'A larger network' }).waitFor()
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('answers a command in a comment, and says what went wrong with another', async ({
    team,
    visit,
  }) => {
    const repository = await team.project(platform(1))
    await repository.git('checkout', '--quiet', '-b', 'larger-network')
    await repository.write({ 'portolan.yaml': platform(2)['portolan.yaml'] })
    await repository.commit('A larger network')
    await repository.git('checkout', '--quiet', 'main')
    const alice = await visit(await team.member('alice', 'applier'))
    const { page } = alice
    await page.goto('/pull-requests/new?project=shop&branch=larger-network&title=Larger')
    await button(page, 'Open the pull request').click()
    await page.getByRole('link', { name: /^change-\d+$/ }).waitFor({ timeout: 60_000 })

    await page.getByLabel('Comment').fill('portolan explode')
    await button(page, 'Tell Portolan').click()
    await page.getByText('Refused').waitFor({ timeout: 30_000 })
    await page.getByLabel('Comment').fill('portolan apply -e dev')
    await button(page, 'Tell Portolan').click()
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 })
    await page
      .getByText('Waits for approval in prod.', { exact: true })
      .waitFor({ timeout: 60_000 })

    await button(page, 'Edit').click()
    await page.getByRole('dialog').getByLabel('Title').fill('A larger network')
    await inDialog(page, 'Save').click()
    await page.getByRole('heading', { name: 'A larger network' }).waitFor()
    await button(page, 'Close …').click()
    await inDialog(page, 'Close it').click()
    await page.getByText('Closed', { exact: true }).first().waitFor()
    expect(alice.faults).toEqual([])
  })

  test('is tried again once its branch is there, and merged only as it was looked at', async ({
    team,
    visit,
  }) => {
    const repository = await team.project(platform(1))
    const { page, faults } = await visit(await team.member('alice', 'applier'))
    await page.goto('/pull-requests/new?project=shop&branch=größer-网络&title=Words')
    await button(page, 'Open the pull request').click()
    await page.getByText('The repository has no branch größer-网络').waitFor()

    await repository.git('checkout', '--quiet', '-b', 'größer-网络')
    await repository.write({ 'README.md': 'Words' })
    await repository.commit('Words')
    await repository.git('checkout', '--quiet', 'main')
    await button(page, 'Open the pull request').click()
    await page.getByRole('heading', { name: 'Words' }).waitFor()
    await button(page, 'Merge …').and(page.locator(':not([aria-disabled])')).click({
      timeout: 60_000,
    })

    await repository.git('checkout', '--quiet', 'größer-网络')
    await repository.write({ 'README.md': 'Other words' })
    const pushed = await repository.commit('Other words')
    await repository.git('checkout', '--quiet', 'main')
    const { api } = team.admin
    const param = { project: 'shop', number: '1' }
    const view = api.projects[':project']['pull-requests'][':number']
    await view.plan.$post({ param })
    await expect
      .poll(async () => (await view.$get({ param })).json(), { timeout: 60_000 })
      .toSatisfy(({ headCommit, mergeRefused }) => headCommit === pushed && !mergeRefused)
    await page.getByTitle(pushed).waitFor()
    await inDialog(page, 'Merge').click()
    await page.getByText('It was not merged').waitFor()
    expect(await page.getByRole('dialog').innerText()).toContain('größer-网络 moved')
    expect(faults).toEqual([])
  })
})

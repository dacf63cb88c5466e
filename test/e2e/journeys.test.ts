import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { shop, waitingJob } from '../server/platforms.ts'
import { aRepository } from '../support/repository.ts'
import { openGate } from '../support/tcp-gate.ts'
import { type Member, password, type Team, untilSettled, viewOf } from '../support/team.ts'
import { button, hasBrowser, test, type Visitor } from './browser.ts'

/** A change that is planned, made over the API. */
async function planned(team: Team, member: Member, json: object = {}): Promise<number> {
  const made = await member.api.changes.$post({
    json: { project: 'shop', reason: 'A larger network', select: {}, ...json },
  })
  const { id } = await made.json()
  await untilSettled(team, member, id)
  return id
}

async function applied(team: Team, member: Member, id: number): Promise<void> {
  const { lastEvent } = await viewOf(member, id)
  await member.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
  await untilSettled(team, member, id, String(lastEvent))
}

function untroubled({ faults }: Visitor): void {
  expect(faults).toEqual([])
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name })

describe.skipIf(!hasBrowser)('somebody in a browser', { timeout: 120_000 }, () => {
  test('begins: signs in by the link, adds the first project, plans, approves, and watches it apply', async ({
    team,
    visit,
  }) => {
    const repository = await aRepository(shop('{ approvals: 0 }'))
    await team.admin.api.people.$post({ json: { name: 'nora', fullName: 'Nora New' } })
    await team.admin.api.grants.$post({ json: { person: 'nora', role: 'admin' } })
    const link = await team.admin.api.people[':name'].link.$post({ param: { name: 'nora' } })
    const visitor = await visit()
    const { page } = visitor

    await page.goto((await link.json()).url)
    await page.getByLabel('New password').fill(password)
    await button(page, 'Set the password and sign in').click()
    await page
      .getByRole('link', { name: /project/i })
      .first()
      .waitFor()

    await page.goto('/projects')
    await page.getByLabel('Repository').fill(repository.root)
    await button(page, /^Add/).click()
    await heading(page, 'shop').waitFor()

    await button(page, 'Plan …').click()
    await page.getByLabel('Why').fill('The first release')
    await button(page, 'Plan').last().click()
    await heading(page, 'The first release').waitFor()
    await page.getByText('4 workspaces').first().waitFor()
    await button(page, 'Apply').first().click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Apply/ })
      .click()
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 })

    await page.goto('/')
    await expect
      .poll(() => page.getByText('In sync').count(), { timeout: 20_000 })
      .toBeGreaterThan(3)
    untroubled(visitor)
    await repository.dispose()
  })

  test('signs in with a password, and out again', async ({ team, visit }) => {
    await team.member('alice', 'viewer')
    const visitor = await visit()
    const { page } = visitor
    await page.goto('/changes')
    await page.waitForURL(/\/sign-in/)
    await page.getByLabel('Name').fill('alice')
    await page.getByLabel('Password').fill('not the password')
    await button(page, 'Sign in').click()
    await page.getByText('You are not signed in').waitFor()
    await page.getByLabel('Password').fill(password)
    await button(page, 'Sign in').click()
    await page.waitForURL(/\/changes$/)
    await heading(page, 'Changes').waitFor()
    untroubled(visitor)
  })

  test('sees what waits, reads its plan, approves it and watches it apply', async ({
    team,
    visit,
  }) => {
    await team.project(shop('{ approvals: 1 }'))
    const alice = await team.member('alice', 'applier')
    const bob = await team.member('bob', 'approver', 'applier')
    const id = await planned(team, alice)
    await applied(team, alice, id)
    const visitor = await visit(bob)
    const { page } = visitor

    await page.goto('/')
    await page
      .getByRole('link', { name: /Review/ })
      .first()
      .click()
    await heading(page, 'A larger network').waitFor()
    await page.goto(`/changes/${id}?node=network%40prod&tab=plan`)
    await page.getByText('terraform_data.this').first().waitFor()
    await button(page, 'Approve prod').click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Approve/ })
      .click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await button(page, 'Apply').first().click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Apply/ })
      .click()
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 })

    expect((await viewOf(alice, id)).change.status).toBe('done')
    untroubled(visitor)
  })

  test('follows a live run, across a connection that breaks, without a line lost or twice', async ({
    team,
    visit,
  }) => {
    const file = path.join(team.home, 'go')
    await team.project({
      ...waitingJob(file),
      'slow.sh': `i=0; while [ ! -e ${file} ]; do i=$((i+1)); echo "line $i"; sleep 0.05; done; echo "the last line"\n`,
    })
    const id = await planned(team, team.admin)
    await team.admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    const gate = await openGate(() => connect(Number(new URL(team.url).port), '127.0.0.1'))
    const visitor = await visit(team.admin, { url: `http://127.0.0.1:${gate.port}` })
    const { page } = visitor
    await page.goto(`/changes/${id}?node=slow%40dev&tab=log`)
    await page
      .getByText(/^line \d+$/)
      .first()
      .waitFor()

    for (let round = 0; round < 3; round++) {
      await gate.shut()
      await page.waitForTimeout(400)
      await gate.open()
      await page.waitForTimeout(1200)
    }
    // Who scrolls up reads; who comes back to the end follows again.
    const log = page.getByLabel('Lines of the log')
    await expect
      .poll(() => log.evaluate((list) => list.scrollHeight > 2 * list.clientHeight), {
        timeout: 60_000,
      })
      .toBe(true)
    await log.hover()
    const behindAfter = async (by: number) => {
      await page.mouse.wheel(0, by)
      return log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight)
    }
    await expect.poll(() => behindAfter(-400), { timeout: 30_000 }).toBeGreaterThan(350)
    await expect.poll(() => behindAfter(100_000), { timeout: 30_000 }).toBeLessThan(40)
    await writeFile(file, '')
    await page.getByText('the last line').waitFor({ timeout: 60_000 })

    const run = (await viewOf(team.admin, id)).nodes.find(({ name }) => name === 'slow@dev')?.run
    const whole = (await team.server.context.runs.logs(run?.id ?? 0, 0))
      .map(({ text }) => text)
      .join('')
    const last = whole.split('\n').filter((line) => /^line \d+$/.test(line))
    // The page shows the end of it: that is without a gap.
    const rows = page.getByLabel('Lines of the log').locator('span[dir=ltr]')
    const shown = (await rows.allInnerTexts()).filter((line) => /^line \d+$/.test(line))
    expect(shown.length).toBeGreaterThan(5)
    expect(shown).toEqual(last.slice(-shown.length))
    untroubled(visitor)
    await gate.close()
  })

  test('cancels a change that is at work', async ({ team, visit }) => {
    await team.project(waitingJob(path.join(team.home, 'go')))
    const id = await planned(team, team.admin)
    await team.admin.api.changes[':id'].apply.$post({ param: { id: String(id) }, json: {} })
    const visitor = await visit(team.admin)
    const { page } = visitor
    await page.goto(`/changes/${id}?node=slow%40dev&tab=log`)
    await page.getByText('begun').first().waitFor()

    await button(page, 'Cancel').first().click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Cancel/ })
      .last()
      .click()
    await page.getByText('Cancelled').first().waitFor({ timeout: 30_000 })

    expect((await viewOf(team.admin, id)).change.status).toBe('cancelled')
    untroubled(visitor)
  })

  test('compares two states and rolls back, with a reason', async ({ team, visit }) => {
    const repository = await team.project(shop('{ approvals: 0 }'))
    await applied(team, team.admin, await planned(team, team.admin))
    await repository.write({
      'portolan.yaml': shop('{ approvals: 0 }')['portolan.yaml'].replace('size: 1', 'size: 2'),
    })
    await repository.commit('larger')
    await team.admin.api.projects[':project'].fetch.$post({ param: { project: 'shop' } })
    await applied(team, team.admin, await planned(team, team.admin))
    const visitor = await visit(team.admin)
    const { page } = visitor

    await page.goto('/projects/shop/workspaces/network@dev?tab=history')
    await page.getByLabel('Compare version 1').check()
    await page.getByLabel('Compare version 2').check()
    await page.getByText('terraform_data.this').first().waitFor()
    await button(page, 'Roll back …').first().click()
    await page.getByRole('dialog').getByLabel('Reason').fill('the larger one was wrong')
    await page.getByRole('dialog').getByRole('button', { name: /^Roll/ }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('the larger one was wrong').first().waitFor()

    const versions = await team.admin.api.projects[':project'].workspaces[
      ':workspace'
    ].versions.$get({
      param: { project: 'shop', workspace: 'network@dev' },
      query: {},
    })
    expect((await versions.json()).items[0]).toMatchObject({ number: 3, cause: 'rollback' })
    untroubled(visitor)
  })

  test('and somebody else approve at once: both are told how it stands', async ({
    team,
    visit,
  }) => {
    await team.project(shop('{ approvals: 2 }'))
    const alice = await team.member('alice', 'applier')
    const id = await planned(team, alice)
    await applied(team, alice, id)
    const others = [await team.member('bob', 'approver'), await team.member('carol', 'approver')]
    const visitors = await Promise.all(others.map((member) => visit(member)))

    await Promise.all(
      visitors.map(async ({ page }) => {
        await page.goto(`/changes/${id}`)
        await button(page, 'Approve prod').click()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: /^Approve/ })
          .click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }),
    )

    await applied(team, alice, id)
    const { nodes } = await viewOf(alice, id)
    expect(nodes.find(({ name }) => name === 'network@prod')?.result).toBe('applied')
    for (const visitor of visitors) {
      await visitor.page.getByText('Applied').first().waitFor()
      untroubled(visitor)
    }
  })
})

import { describe, expect } from 'vitest'
import { sized, twoComponents } from './platforms.ts'
import { hostsFor, pullRequestOf, test, type World } from './world.ts'

/** What the newest change of it is about, as everybody sees it. */
async function planned(world: World, number: number) {
  const { change } = await pullRequestOf(world, number)
  const param = { id: String(change?.id) }
  const view = await (await world.team.admin.api.changes[':id'].$get({ param })).json()
  return {
    id: change?.id,
    status: view.change.status,
    operation: view.change.operation,
    nodes: view.nodes.map(({ name, result }) => `${name} ${result}`).toSorted(),
  }
}

describe.each(hostsFor('github'))('what a comment wishes on %s', { timeout: 240_000 }, (kind) => {
  test('a plan of more than is affected stays, until the head is another one', async ({
    aWorld,
  }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    expect(await world.say(number, 'ada', 'portolan plan -c db')).toMatch(/^done/)
    await world.untilQuiet()
    const both = { status: 'open', nodes: ['db@dev planned', 'network@dev planned'] }
    expect(await planned(world, number)).toMatchObject({ id: 2, ...both })
    // Whatever is looked at afterwards: nothing of it is something else.
    await world.host.label(number, 'any')
    await world.host.push({ branch: 'main', files: { 'README.md': 'read me\n' } })
    await world.untilQuiet()
    expect(await planned(world, number)).toMatchObject({ id: 2, ...both })
    await world.host.push({ branch: 'change-1', files: sized('network', 3) })
    await expect.poll(async () => (await planned(world, number)).id, { timeout: 30_000 }).toBe(3)
    await world.untilQuiet()
    expect(await planned(world, number)).toMatchObject({ nodes: ['network@dev planned'] })
  })

  test('an end is planned, waits, and is applied; a plan afterwards makes it all again', async ({
    aWorld,
  }) => {
    const more = 'pull_requests: { merge: manual }'
    const world = await aWorld({ kind, files: twoComponents({ more }) })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
    await world.untilQuiet()
    expect(await world.resources()).toEqual(['terraform_data.this'])
    expect(await world.say(number, 'ada', 'portolan destroy')).toMatch(/^refused/)
    expect(await world.say(number, 'ada', 'portolan destroy -c network')).toMatch(/^done/)
    await world.untilQuiet()
    const end = { id: 2, status: 'open', operation: 'destroy', nodes: ['network@dev planned'] }
    expect(await planned(world, number)).toEqual(end)
    expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
    await world.untilQuiet()
    expect(await world.resources()).toEqual([])
    expect((await planned(world, number)).id).toBe(2)
    expect(await world.say(number, 'ada', 'portolan plan')).toMatch(/^done/)
    await world.untilQuiet()
    expect(await planned(world, number)).toMatchObject({ id: 3, operation: 'apply' })
  })

  test('a plan of what is not there is refused, and takes nothing away', async ({ aWorld }) => {
    const world = await aWorld({ kind, files: twoComponents() })
    const number = await world.open(sized('network', 2))
    await world.untilSaid(number, /`portolan apply`/)
    await world.untilQuiet()
    expect(await world.say(number, 'ada', 'portolan plan -e nowhere')).toMatch(/^refused/)
    await world.untilQuiet()
    expect((await pullRequestOf(world, number)).problem).toBeUndefined()
    expect(await planned(world, number)).toMatchObject({ id: 1, nodes: ['network@dev planned'] })
  })
})

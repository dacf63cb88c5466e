import { expect } from 'vitest'
import { sized, twoComponents } from './platforms.ts'
import { pullRequestOf, test } from './world.ts'

const more = '  job: { run: echo hello }\n'

test('what exists already is taken over by a comment: shown, applied, once', {
  timeout: 240_000,
}, async ({ aWorld }) => {
  const world = await aWorld({ kind: 'github', files: twoComponents({ more }) })
  const number = await world.open(sized('network', 2))
  await world.untilSaid(number, /`portolan apply`/)
  await world.untilQuiet()
  const say = (body: string) => world.say(number, 'ada', `portolan import ${body}`)
  expect(await say('terraform_data.this it')).toMatch(/^refused: .*which workspaces/)
  expect(await say('-e dev terraform_data.this it')).toMatch(
    /^refused: .*into one workspace, and this names 3/,
  )
  expect(await say('-c job terraform_data.this it')).toMatch(
    /^refused: job@dev is no workspace of Terraform/,
  )
  expect(await say('-c network data.http.x it')).toMatch(/^refused: .*no address of a resource/)
  expect(await say('-c network terraform_data.this ${path.cwd}')).toMatch(
    /^refused: the id of an import cannot be written/,
  )
  expect((await pullRequestOf(world, number)).changes).toHaveLength(1)
  expect(await say('-c network terraform_data.this it-was-there')).toMatch(
    /^done: Planning 1 workspace/,
  )
  await world.untilSaid(number, /import/)
  await world.untilQuiet()
  expect(await world.say(number, 'ada', 'portolan apply')).toMatch(/^done/)
  await world.untilQuiet()
  expect(await world.resources()).toEqual(['terraform_data.this'])
  const { state, db } = world.team.server.context
  const rows = await db.selectFrom('workspaces').select('id').execute()
  const all = await Promise.all(rows.map(({ id }) => state.currentBytes(id)))
  expect(all.map((one) => one?.bytes.toString('utf8')).join()).toContain('it-was-there')
})

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { platformFiles } from '../support/projects.ts'
import { aRepository, type Repository } from '../support/repository.ts'
import { openSide, type Side } from './sides.ts'

const run = promisify(execFile)

let side: Side
let repository: Repository

beforeEach(async () => {
  side = await openSide('server')
  repository = await aRepository(platformFiles)
})
afterEach(async () => {
  await side.close()
  await repository.dispose()
})

test('the projects of a server are added, listed, fetched and changed from elsewhere', async () => {
  const added = await side.run('project', 'add', repository.root, '--name', 'platform')
  const again = await side.run('project', 'add', repository.root)
  await repository.git('checkout', '--quiet', '-b', 'release')
  await repository.write({ 'portolan.yaml': 'version: 1\nenvironments: { qa: {} }\n' })
  await repository.commit('qa only')
  const fetched = await side.run('project', 'fetch', 'platform')
  const edited = await side.run('project', 'edit', 'platform', '--branch', 'main')
  const list = await side.run('project', 'list', '--json')

  expect(added.stderr).toBe('')
  expect(added.stdout).toContain('3 components in 2 environments (dev → prod): 5 workspaces')
  expect(again.stderr).toContain('this repository is here already: the project platform')
  expect(fetched.stdout).toContain('qa only')
  expect(edited.stdout).toMatch(/at main [0-9a-f]{8} first/)
  expect(JSON.parse(list.stdout)).toMatchObject({
    projects: [{ name: 'platform', branch: 'main', environments: ['dev', 'prod'], workspaces: 5 }],
  })
})

test('a bundle comes to a server over HTTP as it was sent', async () => {
  await side.run('project', 'add', repository.root, '--name', 'platform')
  const first = await repository.git('rev-parse', 'HEAD')
  await repository.write({ 'network/large.bin': 'x'.repeat(3_000_000) })
  const mine = await repository.commit('mine')
  const file = path.join(repository.root, '.git/mine.bundle')
  await run('git', ['-C', repository.root, 'bundle', 'create', file, 'main', '--not', first], {
    env: repository.env,
  })
  const send = async (body: Buffer) =>
    fetch(`${side.url}/api/v1/projects/platform/bundles`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${side.token}`,
        'Content-Type': 'application/octet-stream',
      },
      body: new Uint8Array(body),
    })
  const bundle = await readFile(file)
  const cut = await send(bundle.subarray(0, bundle.length - 100))
  const whole = await send(bundle)

  expect([cut.status, whole.status]).toEqual([400, 201])
  expect(await whole.json()).toEqual({ commit: mine })
})

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { locate } from './location-service.ts'

const run = promisify(execFile)

let place: string
let env: Record<string, string>

beforeEach(async () => {
  place = await realpath(await mkdtemp(path.join(tmpdir(), 'portolan-locate-')))
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: place,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  }
  await writeFile(
    path.join(place, '.gitconfig'),
    '[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = main\n',
  )
})
afterEach(() => rm(place, { recursive: true, force: true }))

const git = (directory: string, ...args: string[]) =>
  run('git', ['-C', directory, ...args], { env })
const find = (directory: string, environment?: string) =>
  locate(directory, { dataHome: path.join(place, 'data'), environment, env })

async function repository(name: string, origin?: string): Promise<string> {
  const directory = path.join(place, name)
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '-q')
  if (origin !== undefined) await git(directory, 'remote', 'add', 'origin', origin)
  return directory
}

describe('where a directory is', () => {
  test('in a repository: root, component, branch, commit, actor', async () => {
    const shop = await repository('shop')
    const network = path.join(shop, 'infra', 'net work ü')
    await mkdir(network, { recursive: true })
    await git(shop, 'commit', '-q', '--allow-empty', '-m', 'first')
    await symlink(network, path.join(place, 'link'))

    const found = await find(path.join(place, 'link'))
    expect(found).toMatchObject({
      repositoryRoot: shop,
      project: 'shop',
      component: 'infra/net work ü',
      environment: 'default',
      directory: network,
      branch: 'main',
      dirty: false,
      actor: 'Ada <ada@example.org>',
    })
    expect(found.commit).toMatch(/^[0-9a-f]{40}$/)
    expect(found.repositoryId).toMatch(/^shop-[0-9a-f]{8}$/)
    await writeFile(path.join(shop, 'new'), '')
    expect((await find(shop)).dirty).toBe(true)
  })

  test("the environment is what is asked for, else Terraform's selected workspace", async () => {
    const shop = await repository('shop')
    await mkdir(path.join(shop, '.terraform'))
    await writeFile(path.join(shop, '.terraform', 'environment'), 'staging')
    expect((await find(shop)).environment).toBe('staging')
    env['TF_WORKSPACE'] = 'qa'
    expect((await find(shop)).environment).toBe('qa')
    expect((await find(shop, 'prod')).environment).toBe('prod')
    await expect(find(shop, 'a/b')).rejects.toThrow(/slash/)
  })

  test('a variable that a git hook left does not lead to another repository', async () => {
    const [one, other] = [await repository('one'), await repository('other')]
    env['GIT_DIR'] = path.join(other, '.git')
    expect((await find(one)).repositoryRoot).toBe(one)
  })
})

describe('the identity of a repository', () => {
  test('clones of one origin share it, over whatever protocol', async () => {
    const first = await find(await repository('a', 'git@example.org:shop/infra.git'))
    const second = await find(await repository('b', 'https://token@example.org/shop/infra'))
    const other = await find(await repository('c', 'https://example.org/shop/other'))
    expect(second.repositoryId).toBe(first.repositoryId)
    expect(first.project).toBe('infra')
    expect(other.repositoryId).not.toBe(first.repositoryId)
  })

  test('worktrees share it', async () => {
    const shop = await repository('shop')
    await git(shop, 'commit', '-q', '--allow-empty', '-m', 'first')
    await git(shop, 'worktree', 'add', '-q', path.join(place, 'tree'))
    const id = (await find(path.join(place, 'tree'))).repositoryId
    expect((await find(shop)).repositoryId).toBe(id)
  })

  test('it survives git clean, a move, a new .git and a later git init', async () => {
    const shop = path.join(place, 'shop')
    await mkdir(shop)
    const { repositoryId: id } = await find(shop)
    await git(shop, 'init', '-q')
    expect((await find(shop)).repositoryId).toBe(id)
    await git(shop, 'clean', '-xfdq')
    expect((await find(shop)).repositoryId).toBe(id)
    await rm(path.join(shop, '.git'), { recursive: true })
    await git(shop, 'init', '-q')
    expect((await find(shop)).repositoryId).toBe(id)
    await rename(shop, path.join(place, 'moved'))
    expect((await find(path.join(place, 'moved'))).repositoryId).toBe(id)
  })

  test('what takes the place of a repository that moved away is another one', async () => {
    const { repositoryId: id } = await find(await repository('shop'))
    await rename(path.join(place, 'shop'), path.join(place, 'moved'))
    await find(path.join(place, 'moved'))
    expect((await find(await repository('shop'))).repositoryId).not.toBe(id)
  })

  test('another repository cloned to the place of a removed one is another one', async () => {
    const { repositoryId: id } = await find(await repository('shop', 'https://example.org/one'))
    await rm(path.join(place, 'shop'), { recursive: true })
    const next = await find(await repository('shop', 'https://example.org/two'))
    expect(next.repositoryId).not.toBe(id)
  })

  test('commands that start in a new repository at the same time agree on it', async () => {
    const shop = await repository('shop')
    const found = await Promise.all(Array.from({ length: 8 }, () => find(shop)))
    expect(new Set(found.map((one) => one.repositoryId)).size).toBe(1)
  })

  test('a hostile id in the configuration is refused', async () => {
    const shop = await repository('shop')
    await git(shop, 'config', 'portolan.repository', '../../etc')
    await expect(find(shop)).rejects.toMatchObject({ code: 'invalid' })
  })
})

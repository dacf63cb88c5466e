import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import { ancestorsOf, ignoredMatching, packCommit } from './commit-pack.ts'
import { commitWorkingTree } from './working-tree-commit.ts'

let repository: Repository

beforeEach(async () => {
  repository = await aRepository({ 'a.tf': 'a', 'dir/b.tf': 'b', '.gitignore': '*.tfvars\nx/\n' })
})
afterEach(() => repository.dispose())

const place = () => ({ root: repository.root, env: repository.env })

async function commitNow(): Promise<string> {
  const head = await repository.git('rev-parse', 'HEAD')
  return commitWorkingTree(place(), { head, actor: 'Ada <ada@example.org>' })
}

/** All that a person could see of what we did. */
async function visible(): Promise<string> {
  const asked = [
    ['status', '--porcelain', '--untracked-files=all'],
    ['for-each-ref'],
    ['reflog'],
    ['ls-files', '--stage'],
    ['stash', 'list'],
  ]
  const said = []
  for (const args of asked) said.push(await repository.git(...args))
  return said.join('\n')
}

describe('a commit of the working tree', () => {
  test('is made where there is no commit yet, too', async () => {
    const empty = await aRepository()
    await empty.write({ 'a.tf': 'a' })
    const commit = await commitWorkingTree(
      { root: empty.root, env: empty.env },
      { head: undefined, actor: 'Ada <ada@example.org>' },
    )
    expect(await empty.git('show', '--no-patch', '--format=%ct %P', commit)).toBe('0')
    expect(await empty.git('ls-tree', '--name-only', commit)).toBe('a.tf')
    await empty.dispose()
  })

  test('has what is changed, staged, new and gone; what is ignored stays here', async () => {
    await repository.write({
      'a.tf': 'A',
      'new.tf': 'n',
      'staged.tf': 's',
      'secret.tfvars': 'x',
      'x/y.tf': 'y',
    })
    await repository.git('add', 'staged.tf')
    await repository.remove('dir/b.tf')
    const commit = await commitNow()
    const names = await repository.git('ls-tree', '-r', '--name-only', commit)
    expect(names.split('\n')).toEqual(['.gitignore', 'a.tf', 'new.tf', 'staged.tf'])
    expect(await repository.git('show', `${commit}:a.tf`)).toBe('A')
    expect(await repository.git('rev-parse', `${commit}^`)).toBe(
      await repository.git('rev-parse', 'HEAD'),
    )
  })

  test('changes nothing that a person sees', async () => {
    await repository.write({ 'a.tf': 'A', 'new.tf': 'n', 'staged.tf': 's' })
    await repository.git('add', 'staged.tf')
    const before = await visible()
    await commitNow()
    expect(await visible()).toBe(before)
  })

  test('is the same for the same files, and the head where nothing differs', async () => {
    expect(await commitNow()).toBe(await repository.git('rev-parse', 'HEAD'))
    await repository.write({ 'a.tf': 'A' })
    const first = await commitNow()
    expect(await commitNow()).toBe(first)
    await repository.write({ 'a.tf': 'AA' })
    expect(await commitNow()).not.toBe(first)
  })
})

describe('a bundle', () => {
  test('brings a commit without a name to a repository that has what came before', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'portolan-other-'))
    await repository.git('clone', '--quiet', '--bare', '.', other)
    const head = await repository.git('rev-parse', 'HEAD')
    await repository.write({ 'a.tf': 'A'.repeat(1000) })
    const commit = await commitNow()
    const known = (await ancestorsOf(place(), commit)).filter((one) => one === head)
    const file = path.join(other, 'bundle')
    await writeFile(file, await packCommit(place(), commit, known))
    expect((await readFile(file, 'latin1')).startsWith(`# v2 git bundle\n-${head}`)).toBe(true)
    await repository.git('-C', other, 'bundle', 'verify', '--quiet', file)
    await repository.git('-C', other, 'bundle', 'unbundle', file)
    expect(await repository.git('-C', other, 'rev-list', '--objects', '--quiet', commit)).toBe('')
    expect(await repository.git('-C', other, 'show', `${commit}:a.tf`)).toBe('A'.repeat(1000))
    await rm(other, { recursive: true })
  })

  test('brings all of a history to a repository that has nothing of it', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'portolan-other-'))
    await repository.git('init', '--quiet', '--bare', other)
    const head = await repository.git('rev-parse', 'HEAD')
    const file = path.join(other, 'bundle')
    await writeFile(file, await packCommit(place(), head, []))
    await repository.git('-C', other, 'bundle', 'unbundle', file)
    expect(await repository.git('-C', other, 'cat-file', '-t', head)).toBe('commit')
    await rm(other, { recursive: true })
  })
})

test('files that git ignores are found by what they are called', async () => {
  await repository.write({
    'dir/terraform.tfvars': '',
    'dir/one.auto.tfvars': '',
    'dir/other.tfvars': '',
  })
  const patterns = [':(glob)**/terraform.tfvars', ':(glob)**/*.auto.tfvars']
  expect((await ignoredMatching(place(), patterns)).sort()).toEqual([
    'dir/one.auto.tfvars',
    'dir/terraform.tfvars',
  ])
})

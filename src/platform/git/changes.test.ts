import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import { type Changes, changesBetween, findChanges } from './changes.ts'
import { askMainBranch, mainBranchNow } from './main-branch.ts'

let repository: Repository
let cacheDirectory: string

beforeEach(async () => {
  cacheDirectory = await mkdtemp(path.join(tmpdir(), 'portolan-cache-'))
  repository = await aRepository({
    'a.tf': 'a',
    'b.tf': 'b',
    'dir/c.tf': 'c',
    '.gitignore': 'x/\n',
  })
})
afterEach(async () => {
  await Promise.all([repository.dispose(), rm(cacheDirectory, { recursive: true, force: true })])
})

async function changes(ref?: string, root = repository.root): Promise<Changes> {
  const place = { root, env: repository.env }
  const found = await findChanges(place, { ref, cacheDirectory })
  // What git remembers makes no difference.
  expect(await findChanges(place, { ref, cacheDirectory: undefined })).toEqual(found)
  expect(await findChanges(place, { ref, cacheDirectory })).toEqual(found)
  if (found === undefined) throw new Error('this is a repository')
  return { ...found, files: [...found.files].sort() }
}

describe('what differs in the working tree', () => {
  test('committed, uncommitted, staged, new and gone files, each once', async () => {
    await repository.git('switch', '--quiet', '--create', 'work')
    await repository.write({ 'a.tf': 'A', 'new.tf': 'new' })
    await repository.commit()
    await repository.write({
      'a.tf': 'AA',
      'fresh/one.tf': '1',
      'fresh/deep/two.tf': '2',
      'staged.tf': 's',
      'x/ignored.tf': 'i',
      'ünï cödé\n.tf': 'u',
    })
    await repository.git('add', 'staged.tf')
    await repository.remove('dir/c.tf')
    expect((await changes()).files).toEqual([
      'a.tf',
      'dir/c.tf',
      'fresh/deep/two.tf',
      'fresh/one.tf',
      'new.tf',
      'staged.tf',
      'ünï cödé\n.tf',
    ])
  })

  test('a file that is as it was, after all, is none of them', async () => {
    await repository.git('switch', '--quiet', '--create', 'work')
    await repository.write({ 'a.tf': 'A', 'b.tf': 'B' })
    await repository.commit()
    await repository.write({ 'a.tf': 'a' })
    expect((await changes()).files).toEqual(['b.tf'])
    await repository.git('add', 'a.tf')
    await repository.write({ 'a.tf': 'A' })
    expect((await changes()).files).toEqual(['a.tf', 'b.tf'])
  })

  test('what is remembered never outlives what the person does with git', async () => {
    await changes()
    await repository.write({ 'new.tf': 'n', 'dir/new.tf': 'n' })
    expect((await changes()).files).toEqual(['dir/new.tf', 'new.tf'])
    await repository.commit()
    expect((await changes('HEAD~1')).files).toEqual(['dir/new.tf', 'new.tf'])
    expect((await changes('HEAD')).files).toEqual([])
    await repository.remove('dir/new.tf')
    expect((await changes('HEAD')).files).toEqual(['dir/new.tf'])
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
    expect((await changes('HEAD')).files).toEqual([])
    const kept = await readdir(cacheDirectory)
    expect(kept.filter((name) => name.startsWith('git-index-'))).toHaveLength(1)
  })

  test('a change in the very moment in which git wrote its index is seen', async () => {
    // As if both had happened within one tick of the clock: nothing but the content tells.
    await repository.git('config', 'core.trustctime', 'false')
    await repository.git('config', 'core.checkStat', 'minimal')
    const moment = new Date(Date.now() - 3_600_000)
    const file = path.join(repository.root, 'a.tf')
    const index = path.join(repository.root, '.git', 'index')
    await utimes(file, moment, moment)
    await repository.git('update-index', '--refresh')
    await writeFile(file, 'A')
    await utimes(file, moment, moment)
    await utimes(index, moment, moment)
    expect((await changes('HEAD')).files).toEqual(['a.tf'])
  })

  test("the person's own index is left alone", async () => {
    await repository.git('config', 'core.untrackedCache', 'false')
    const before = await repository.git('ls-files', '--debug', '--stage')
    await changes()
    expect(await repository.git('ls-files', '--debug', '--stage')).toBe(before)
    expect(await repository.git('config', '--get', 'core.untrackedCache')).toBe('false')
  })

  test('of a directory below the root: paths count from there', async () => {
    await repository.write({ 'dir/c.tf': 'C', 'a.tf': 'A' })
    const root = path.join(repository.root, 'dir')
    expect((await changes('HEAD', root)).files).toEqual(['../a.tf', 'c.tf'])
  })

  test('in a worktree', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'portolan-worktree-'))
    await repository.git('worktree', 'add', '--quiet', '--detach', path.join(other, 'tree'))
    await writeFile(path.join(other, 'tree', 'a.tf'), 'A')
    expect((await changes('HEAD', path.join(other, 'tree'))).files).toEqual(['a.tf'])
    await rm(other, { recursive: true })
  })

  test('a copy of the index that somebody broke costs time, and nothing else', async () => {
    await changes()
    const [name = ''] = await readdir(cacheDirectory)
    await writeFile(path.join(cacheDirectory, name), 'broken')
    await repository.write({ 'a.tf': 'A' })
    const place = { root: repository.root, env: repository.env }
    const found = await findChanges(place, { ref: 'HEAD', cacheDirectory })
    expect(found?.files).toEqual(['a.tf'])
  })
})

describe('the base', () => {
  test('is the merge base with the main branch that the remote has', async () => {
    const first = await repository.git('rev-parse', 'HEAD')
    await repository.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD')
    await repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
    await repository.write({ 'mine.tf': 'm' })
    await repository.commit()
    expect(await changes()).toMatchObject({
      base: first,
      what: 'the merge base with origin/trunk',
      files: ['mine.tf'],
    })
    await repository.git('pack-refs', '--all')
    expect(await changes()).toMatchObject({ base: first, what: 'the merge base with origin/trunk' })
  })

  test('of a branch behind main holds nothing of what main did since', async () => {
    await repository.git('switch', '--quiet', '--create', 'work')
    await repository.write({ 'mine.tf': 'm' })
    await repository.commit()
    await repository.git('switch', '--quiet', 'main')
    await repository.write({ 'theirs.tf': 't' })
    await repository.commit()
    await repository.git('switch', '--quiet', 'work')
    expect((await changes()).files).toEqual(['mine.tf'])
    expect((await changes('main')).files).toEqual(['mine.tf'])
  })

  test('is HEAD on the main branch itself, and where there is no such branch', async () => {
    await repository.write({ 'a.tf': 'A' })
    expect(await changes()).toMatchObject({
      what: 'HEAD: uncommitted changes only',
      files: ['a.tf'],
    })
    await repository.git('branch', '--quiet', '--move', 'elsewhere')
    expect(await changes()).toMatchObject({
      what: 'HEAD: there is no main branch to compare with',
      files: ['a.tf'],
    })
  })

  test('without a common ancestor is the commit that was named', async () => {
    await repository.git('switch', '--quiet', '--orphan', 'other')
    await repository.write({ 'o.tf': 'o' })
    await repository.commit()
    const found = await changes('main')
    expect(found.files).toEqual(['.gitignore', 'a.tf', 'b.tf', 'dir/c.tf', 'o.tf'])
  })

  test.each(['nowhere', '--help', 'HEAD:a.tf'])('%j is no commit', async (ref) => {
    await expect(changes(ref)).rejects.toThrow(`git knows no commit ${JSON.stringify(ref)}`)
  })

  test('before the first commit, and outside a repository, there is none', async () => {
    const empty = await aRepository()
    await writeFile(path.join(empty.root, 'a.tf'), 'a')
    expect(await changes(undefined, empty.root)).toMatchObject({ base: undefined, files: ['a.tf'] })
    await expect(changes('main', empty.root)).rejects.toThrow('git knows no commit')
    await empty.dispose()
    const outside = await mkdtemp(path.join(tmpdir(), 'portolan-outside-'))
    await mkdir(path.join(outside, 'dir'))
    const place = { root: path.join(outside, 'dir'), env: repository.env }
    expect(await findChanges(place, { ref: undefined, cacheDirectory })).toBeUndefined()
    await expect(findChanges(place, { ref: 'main', cacheDirectory })).rejects.toThrow('no commit')
    await rm(outside, { recursive: true })
  })
})

test('the main branch is found the same way with git and without', async () => {
  const { root, env, git } = repository
  const both = async () => {
    const found = mainBranchNow(root)
    expect(await askMainBranch({ root, env })).toEqual(found)
    return found?.name
  }
  expect(await both()).toBe('main')
  await git('pack-refs', '--all')
  expect(await both()).toBe('main')
  await git('branch', '--quiet', '--move', 'master')
  expect(await both()).toBe('master')
  await git('update-ref', 'refs/remotes/origin/master', 'HEAD')
  expect(await both()).toBe('origin/master')
  await git('update-ref', 'refs/remotes/origin/next', 'HEAD')
  await git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/next')
  expect(await both()).toBe('origin/next')
  await git('pack-refs', '--all')
  expect(await both()).toBe('origin/next')
})

test('between two commits', async () => {
  const before = await repository.git('rev-parse', 'HEAD')
  await repository.write({ 'dir/c.tf': 'C' })
  const after = await repository.commit()
  const place = { root: repository.root, env: repository.env }
  expect(await changesBetween(place, before, after)).toEqual(['dir/c.tf'])
  const below = { ...place, root: path.join(repository.root, 'dir') }
  expect(await changesBetween(below, before, after)).toEqual(['c.tf'])
  expect(await changesBetween(place, '0123456789012345678901234567890123456789', after)).toBe(
    undefined,
  )
})

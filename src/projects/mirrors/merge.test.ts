import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aMirror, type Mirrored, projectId } from '../../../test/support/mirror.ts'
import { mergeCommits, tipOf, treeIdOf } from './merge-client.ts'
import { mirrorOf } from './places.ts'

let mirrored: Mirrored

beforeAll(async () => {
  mirrored = await aMirror({ 'a.txt': 'one\n', 'b.txt': 'one\n' })
})

afterAll(() => mirrored.dispose())

const git = (...args: string[]) =>
  execFileSync('git', ['-C', mirrored.repository.root, ...args], { env: mirrored.repository.env })
    .toString()
    .trim()

async function commitOn(branch: string, from: string, files: Record<string, string>) {
  git('checkout', '--quiet', '-B', branch, from)
  await mirrored.repository.write(files)
  return mirrored.repository.commit(`on ${branch}`)
}

test('two commits always merge to the same one', async () => {
  const { places } = mirrored
  const start = git('rev-parse', 'HEAD')
  const base = await commitOn('base', start, { 'a.txt': 'two\n' })
  const head = await commitOn('head', start, { 'b.txt': 'two\n' })
  await mirrored.fetch()
  const first = await mergeCommits(places, projectId, { base, head })
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect(await mergeCommits(places, projectId, { base, head })).toEqual(first)
  const show = (file: string) =>
    execFileSync('git', [
      '--git-dir',
      mirrorOf(places, projectId),
      'show',
      `${first.commit}:${file}`,
    ])
  expect([show('a.txt').toString(), show('b.txt').toString()]).toEqual(['two\n', 'two\n'])
})

test('a head that has all of its base is the result itself, and so is a base that has all of its head', async () => {
  const { places } = mirrored
  const base = await commitOn('old', 'HEAD', { 'a.txt': 'three\n' })
  const head = await commitOn('new', base, { 'a.txt': 'four\n' })
  await mirrored.fetch()
  expect(await mergeCommits(places, projectId, { base, head })).toEqual({ commit: head })
  expect(await mergeCommits(places, projectId, { base: head, head: base })).toEqual({
    commit: head,
  })
})

test('conflicts are told by their paths, and nothing is made', async () => {
  const { places } = mirrored
  const start = git('rev-parse', 'HEAD')
  const base = await commitOn('left', start, { 'a.txt': 'left\n', 'b.txt': 'left\n' })
  const head = await commitOn('right', start, { 'a.txt': 'right\n', 'b.txt': 'right\n' })
  await mirrored.fetch()
  expect(await mergeCommits(places, projectId, { base, head })).toEqual({
    conflicts: ['a.txt', 'b.txt'],
  })
})

test('refs that are not there have no tip, and no name is taken for an option', async () => {
  const { places } = mirrored
  expect(await tipOf(places, projectId, 'refs/heads/nothing')).toBeUndefined()
  expect(await tipOf(places, projectId, '--all')).toBeUndefined()
  await expect(
    mergeCommits(places, projectId, { base: '--stdin', head: 'HEAD' }),
  ).rejects.toMatchObject({ code: 'invalid' })
  const tip = await tipOf(places, projectId, 'refs/heads/left')
  expect(await treeIdOf(places, projectId, tip ?? '')).toMatch(/^[0-9a-f]{40}$/)
})

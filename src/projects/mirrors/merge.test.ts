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

/** The last commit as if it had been made then, in seconds. */
function madeAgain(at: number): string {
  const date = { GIT_AUTHOR_DATE: `@${at} +0000`, GIT_COMMITTER_DATE: `@${at} +0000` }
  const args = ['-C', mirrored.repository.root, 'commit', '--quiet', '--amend', '--no-edit']
  execFileSync('git', args, { env: { ...mirrored.repository.env, ...date } })
  return git('rev-parse', 'HEAD')
}

// Of builds that anybody can repeat some are from 1970, which git reads in one way only.
test.for([1_600_000_000, 1])('two commits always merge to the same one: of %i', async (at) => {
  const { places } = mirrored
  const start = git('rev-parse', 'HEAD')
  const base = await commitOn('base', start, { 'a.txt': `${at}\n` })
  await commitOn('head', start, { 'b.txt': `${at}\n` })
  const head = madeAgain(at)
  await mirrored.fetch()
  const merged = await mergeCommits(places, projectId, { base, head })
  const show = (...args: string[]) =>
    execFileSync('git', ['--git-dir', mirrorOf(places, projectId), 'show', ...args]).toString()
  expect(show('-s', '--format=%P %at %ct %an %cn', `${merged.commit}`)).toBe(
    `${base} ${head} ${at} ${at} Portolan Portolan\n`,
  )
  expect([show(`${merged.commit}:a.txt`), show(`${merged.commit}:b.txt`)]).toEqual([
    `${at}\n`,
    `${at}\n`,
  ])
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

import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aMirror, type Mirrored, projectId } from '../../../test/support/mirror.ts'
import { makeSpares, openCommit } from './checkout-service.ts'
import { commitsOf } from './places.ts'

let mirrored: Mirrored

beforeEach(async () => {
  mirrored = await aMirror({ 'main.tf': '# 0' })
})
afterEach(() => mirrored.dispose())

async function commits(count: number): Promise<string[]> {
  const made: string[] = []
  for (let at = 1; at <= count; at += 1) {
    await mirrored.repository.write({ 'main.tf': `# ${at}` })
    made.push(await mirrored.repository.commit())
  }
  await mirrored.fetch()
  return made
}

const there = async () => (await readdir(commitsOf(mirrored.places, projectId))).sort()

describe('the checkout of a commit', () => {
  test('is made once, however many ask at the same time', async () => {
    const [commit = ''] = await commits(1)
    const asked = Array.from({ length: 12 }, () => openCommit(mirrored.places, projectId, commit))
    const roots = new Set(await Promise.all(asked))
    expect([...roots]).toEqual([path.join(commitsOf(mirrored.places, projectId), commit)])
    expect(await readFile(path.join([...roots][0] ?? '', 'main.tf'), 'utf8')).toBe('# 1')
    expect(await there()).toEqual([commit])
  })

  test('goes when others were used since, but not within an hour of its last use', async () => {
    const [one = '', two = '', three = '', four = ''] = await commits(4)
    const limits = { keep: 2, rest: 3_600_000 }
    const open = (commit: string) => openCommit(mirrored.places, projectId, commit, limits)
    const roots = [await open(one), await open(two), await open(three)]
    expect(await there()).toEqual([one, two, three].sort())
    const old = new Date(Date.now() - 4_000_000)
    for (const root of roots) await utimes(root, old, old)
    await open(one)
    await open(four)
    expect(await there()).toEqual([one, four].sort())
  })

  test('that was never finished is neither taken for one nor kept for ever', async () => {
    const [one = '', two = ''] = await commits(2)
    const draft = path.join(commitsOf(mirrored.places, projectId), 'new-1')
    await openCommit(mirrored.places, projectId, one)
    await mirrored.repository.git('clone', '--quiet', mirrored.repository.root, draft)
    const old = new Date(Date.now() - 4_000_000)
    await utimes(draft, old, old)
    await openCommit(mirrored.places, projectId, two)
    expect(await there()).toEqual([one, two].sort())
  })

  test('is refused for what the mirror does not have, and for what is no commit', async () => {
    const open = (commit: string) => openCommit(mirrored.places, projectId, commit)
    await expect(open('1'.repeat(40))).rejects.toMatchObject({ code: 'not_found' })
    await expect(open('../../mirrors')).rejects.toMatchObject({ code: 'invalid' })
    await expect(open('main')).rejects.toMatchObject({ code: 'invalid' })
  })

  test('has no links that lead out of it', async () => {
    const { repository, places } = mirrored
    const secret = path.join(places.dataDirectory, 'secret')
    await writeFile(secret, 's3cret')
    await mkdir(path.join(repository.root, 'deep/er'), { recursive: true })
    await repository.write({ 'deep/er/file': 'inside' })
    for (const [name, target] of [
      ['absolute', secret],
      ['chain', 'absolute'],
      ['up', '../../../../../../etc/passwd'],
      ['nowhere', '../../not-there'],
      ['way', 'deep/er'],
      ['through', 'way/../../../etc'],
      ['fine', 'deep/er/file'],
      ['dangling', 'deep/nothing'],
    ]) {
      await symlink(target ?? '', path.join(repository.root, name ?? ''))
    }
    const commit = await repository.commit()
    await mirrored.fetch()
    const root = await openCommit(places, projectId, commit)
    expect((await readdir(root)).sort()).toEqual([
      '.git',
      'dangling',
      'deep',
      'fine',
      'main.tf',
      'way',
    ])
  })
})

describe('a spare', () => {
  const open = (commit: string) => openCommit(mirrored.places, projectId, commit)
  const commitOf = async (files: Readonly<Record<string, string | undefined>>) => {
    for (const [name, text] of Object.entries(files)) {
      if (text === undefined) await rm(path.join(mirrored.repository.root, name))
      else await mirrored.repository.write({ [name]: text })
    }
    const commit = await mirrored.repository.commit()
    await mirrored.fetch()
    return commit
  }
  const spare = () => path.join(commitsOf(mirrored.places, projectId), 'spare')

  test('becomes the next checkout, by what differs, and is made again for the one after it', async () => {
    const one = await commitOf({ 'same.tf': 'same', 'gone/gone.tf': 'gone', 'other.tf': '1' })
    const before = await open(one)
    await makeSpares(mirrored.places)
    const kept = await stat(path.join(spare(), 'same.tf'))
    const two = await commitOf({ 'gone/gone.tf': undefined, 'other.tf': '2', 'new/new.tf': 'new' })
    const root = await open(two)
    expect((await stat(path.join(root, 'same.tf'))).ino).toBe(kept.ino)
    expect((await readdir(root)).sort()).toEqual(['.git', 'main.tf', 'new', 'other.tf', 'same.tf'])
    expect(await readFile(path.join(root, 'other.tf'), 'utf8')).toBe('2')
    expect(await readFile(path.join(before, 'other.tf'), 'utf8')).toBe('1')
    expect(await there()).toEqual([one, two].sort())
    await makeSpares(mirrored.places)
    expect(await there()).toEqual([one, two, 'spare'].sort())
  })

  test('is nothing that is forgotten, and is none for who has checked out nothing', async () => {
    const one = await commitOf({ 'a.tf': '1' })
    await makeSpares(mirrored.places)
    await open(one)
    await makeSpares(mirrored.places)
    await makeSpares(mirrored.places)
    const [two, three] = [await commitOf({ 'a.tf': '2' }), await commitOf({ 'a.tf': '3' })]
    await Promise.all([open(two), open(three)])
    expect(await there()).toEqual([one, two, three].sort())
    for (const [commit, text] of [
      [two, '2'],
      [three, '3'],
    ] as const) {
      expect(await readFile(path.join(await open(commit), 'a.tf'), 'utf8')).toBe(text)
    }
  })

  test('is not taken where other attributes mean other bytes of files that are the same', async () => {
    await open(await commitOf({ 'a.txt': 'one\ntwo\n' }))
    await makeSpares(mirrored.places)
    const root = await open(
      await commitOf({ 'deep/.gitattributes': '', '.gitattributes': '*.txt eol=crlf' }),
    )
    expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('one\r\ntwo\r\n')
  })

  test('has the links again that lead within the next commit', async () => {
    await symlink('later.tf', path.join(mirrored.repository.root, 'link'))
    const root = await open(await commitOf({ 'a.tf': '1' }))
    await symlink('/etc/passwd', path.join(mirrored.repository.root, 'out'))
    const out = await commitOf({ 'a.tf': '2' })
    await open(out)
    await makeSpares(mirrored.places)
    const next = await open(await commitOf({ 'later.tf': 'x' }))
    expect((await readdir(root)).sort()).toEqual(['.git', 'a.tf', 'link', 'main.tf'])
    expect((await readdir(next)).sort()).toEqual(['.git', 'a.tf', 'later.tf', 'link', 'main.tf'])
  })

  test('that is being made is waited for', async () => {
    await open(await commitOf({ 'a.tf': '1' }))
    const two = await commitOf({ 'a.tf': '2' })
    const made = makeSpares(mirrored.places)
    const root = await open(two)
    await made
    expect(await there()).not.toContain('spare')
    expect(await readFile(path.join(root, 'a.tf'), 'utf8')).toBe('2')
  })

  test('that is old is no leftover while it is moved', async () => {
    await open(await commitOf({ 'deep/a.tf': '1' }))
    await makeSpares(mirrored.places)
    const longAgo = new Date(Date.now() - 2 * 3_600_000)
    await utimes(spare(), longAgo, longAgo)
    const opened = open(await commitOf({ 'deep/a.tf': '2' }))
    const moved = await untilMoved()
    expect((await stat(moved)).mtimeMs).toBeGreaterThan(Date.now() - 3_600_000)
    await opened
  })

  /** What becomes of the spare, seen as soon as it has another name. */
  async function untilMoved(): Promise<string> {
    for (;;) {
      const names = await there()
      const name = names.find((one) => one.startsWith('new-'))
      if (name !== undefined) return path.join(commitsOf(mirrored.places, projectId), name)
      if (!names.includes('spare')) throw new Error('it was not seen')
    }
  }

  test('that git cannot move is none', async () => {
    await open(await commitOf({ 'a.tf': '1' }))
    await makeSpares(mirrored.places)
    await writeFile(path.join(spare(), '.git', 'index'), 'no index')
    const two = await commitOf({ 'a.tf': '2' })
    expect(await readFile(path.join(await open(two), 'a.tf'), 'utf8')).toBe('2')
    expect(await there()).toContain(two)
    expect((await there()).filter((name) => name.startsWith('new-'))).toEqual([])
  })
})

test('a project that this machine has no mirror of yet says so', async () => {
  const open = openCommit(mirrored.places, 'another', '1'.repeat(40))
  await expect(open).rejects.toMatchObject({ code: 'unavailable' })
})

import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aMirror, type Mirrored, projectId } from '../../../test/support/mirror.ts'
import { openCommit } from './checkout-service.ts'
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

test('a project that this machine has no mirror of yet says so', async () => {
  const open = openCommit(mirrored.places, 'another', '1'.repeat(40))
  await expect(open).rejects.toMatchObject({ code: 'unavailable' })
})

import { createReadStream } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aMirror, type Mirrored, projectId } from '../../../test/support/mirror.ts'
import { aRepository } from '../../../test/support/repository.ts'
import { receiveBundle } from './bundle-service.ts'
import { openCommit } from './checkout-service.ts'
import { mirrorOf } from './places.ts'
import { knownCommits } from './ref-client.ts'

let mirrored: Mirrored
let first: string
let file: string

beforeEach(async () => {
  mirrored = await aMirror({ 'main.tf': '# one', 'big.tf': '# line\n'.repeat(2000) })
  first = await mirrored.repository.git('rev-parse', 'HEAD')
  file = path.join(mirrored.places.dataDirectory, 'test.bundle')
})
afterEach(() => mirrored.dispose())

const send = (largest?: number) =>
  receiveBundle(mirrored.places, projectId, createReadStream(file), largest)
const bundle = (...args: string[]) =>
  mirrored.repository.git('bundle', 'create', '--quiet', file, ...args)
const known = (commit: string) => knownCommits(mirrored.places, projectId, [commit])

/** What a laptop sends: its working tree as a commit on top of one that was pushed. */
async function dirtyCommit(): Promise<string> {
  const { repository } = mirrored
  await repository.write({ 'main.tf': '# dirty', 'big.tf': `${'# line\n'.repeat(2000)}# more\n` })
  await repository.git('add', '--all')
  const tree = await repository.git('write-tree')
  const commit = await repository.git('commit-tree', tree, '-p', first, '-m', 'uncommitted')
  await repository.git('update-ref', 'refs/portolan/dirty', commit)
  return commit
}

describe('a bundle', () => {
  test('brings a commit on top of one that is here', async () => {
    const commit = await dirtyCommit()
    await bundle('refs/portolan/dirty', '--not', first)
    expect(await known(commit)).toEqual([])
    expect(await send()).toBe(commit)
    expect(await known(commit)).toEqual([commit])
    const root = await openCommit(mirrored.places, projectId, commit)
    expect(await readFile(path.join(root, 'main.tf'), 'utf8')).toBe('# dirty')
    expect(await readFile(path.join(root, 'big.tf'), 'utf8')).toContain('# more')
    expect(await readdir(path.join(mirrored.places.dataDirectory, 'uploads'))).toEqual([])
    expect(await send()).toBe(commit)
  })

  test('brings none of its refs', async () => {
    const commit = await dirtyCommit()
    await mirrored.repository.git('update-ref', 'refs/heads/main', commit)
    await bundle('refs/heads/main', '--not', first)
    await send()
    const main = path.join(mirrorOf(mirrored.places, projectId), 'packed-refs')
    const listed = await readFile(main, 'utf8')
    expect(listed).toContain(`${first} refs/heads/main`)
    expect(listed).not.toContain(commit)
  })

  test('with two tips, or with something else than a commit, is refused', async () => {
    const commit = await dirtyCommit()
    await mirrored.repository.git('update-ref', 'refs/portolan/other', commit)
    await bundle('refs/portolan/dirty', 'refs/portolan/other', '--not', first)
    await expect(send()).rejects.toThrow(/2 tips/)
    await mirrored.repository.git('tag', '-a', '-m', 'tag', 'v9', commit)
    await bundle('refs/tags/v9', '--not', first)
    await expect(send()).rejects.toThrow(/no commit/)
    expect(await known(commit)).toEqual([])
  })

  test('that builds on what is not here says so', async () => {
    const commit = await dirtyCommit()
    await mirrored.repository.write({ 'main.tf': '# more' })
    await mirrored.repository.git('checkout', '--quiet', '--force', '--detach', commit)
    await mirrored.repository.write({ 'main.tf': '# more' })
    await mirrored.repository.commit()
    await bundle('HEAD', '--not', commit)
    await expect(send()).rejects.toMatchObject({ code: 'conflict' })
  })

  test('that is broken, cut or too large leaves nothing', async () => {
    const commit = await dirtyCommit()
    await bundle('refs/portolan/dirty', '--not', first)
    const whole = await readFile(file)
    const objects = path.join(mirrorOf(mirrored.places, projectId), 'objects')
    const before = (await readdir(objects, { recursive: true })).sort()
    const broken = [
      Buffer.from('hello'),
      Buffer.alloc(0),
      whole.subarray(0, whole.length - 30),
      Buffer.concat([whole.subarray(0, whole.length - 25), Buffer.alloc(25)]),
      Buffer.from(whole.toString('latin1').replace(commit, 'f'.repeat(40)), 'latin1'),
    ]
    for (const content of broken) {
      await writeFile(file, content)
      await expect(send()).rejects.toMatchObject({ code: 'invalid' })
    }
    await writeFile(file, whole)
    await expect(send(100)).rejects.toMatchObject({ code: 'too_large' })
    expect((await readdir(objects, { recursive: true })).sort()).toEqual(before)
    expect(await readdir(path.join(mirrored.places.dataDirectory, 'uploads'))).toEqual([])
  })

  test('without all that its commit is made of is refused', async () => {
    const other = await aRepository({ 'main.tf': '# other' })
    const commit = await other.git('rev-parse', 'HEAD')
    const blob = await other.git('rev-parse', 'HEAD:main.tf')
    const list = path.join(other.root, 'list')
    await writeFile(list, `${commit}\n${await other.git('rev-parse', 'HEAD^{tree}')}\n`)
    const { execFileSync } = await import('node:child_process')
    const pack = execFileSync('git', ['-C', other.root, 'pack-objects', '--stdout', '-q'], {
      env: other.env,
      input: await readFile(list),
    })
    await writeFile(file, Buffer.concat([Buffer.from(`# v2 git bundle\n${commit} HEAD\n\n`), pack]))
    expect(blob).toHaveLength(40)
    await expect(send()).rejects.toThrow(/not complete|cannot be unpacked/)
    expect(await known(commit)).toEqual([])
    await other.dispose()
  })

  test('whose files would lie in .git is not checked out', async () => {
    const { repository } = mirrored
    const blob = await repository.git('rev-parse', 'HEAD:main.tf')
    await writeFile(path.join(repository.root, 'tree'), `100644 blob ${blob}\tconfig\n`)
    const mktree = async (lines: string) => {
      const { execFileSync } = await import('node:child_process')
      return execFileSync('git', ['-C', repository.root, 'mktree'], {
        env: repository.env,
        input: lines,
      })
        .toString()
        .trim()
    }
    const inner = await mktree(`100644 blob ${blob}\tconfig\n`)
    const outer = await mktree(`040000 tree ${inner}\t.git\n`)
    const commit = await repository.git('commit-tree', outer, '-p', first, '-m', 'hostile')
    await repository.git('update-ref', 'refs/portolan/dirty', commit)
    await bundle('refs/portolan/dirty', '--not', first)
    await send().catch(() => undefined)
    await expect(openCommit(mirrored.places, projectId, commit)).rejects.toThrow()
    await rm(file)
  })
})

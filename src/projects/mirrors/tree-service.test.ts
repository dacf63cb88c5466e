import { execFile } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aMirror, type Mirrored, projectId } from '../../../test/support/mirror.ts'
import { mirrorOf, treeOf } from './places.ts'
import { type MovedTree, moveTree } from './tree-service.ts'

const run = promisify(execFile)

let mirrored: Mirrored
let first: string
let second: string

beforeEach(async () => {
  mirrored = await aMirror({
    'network/main.tf': '# one',
    'old/main.tf': '# old',
    '.gitignore': 'built\n',
  })
  const { repository } = mirrored
  first = await repository.git('rev-parse', 'HEAD')
  await symlink('network/main.tf', path.join(repository.root, 'link.tf'))
  await repository.write({ 'network/main.tf': '# two' })
  await repository.remove('old')
  second = await repository.commit('second')
  await mirrored.fetch()
})
afterEach(() => mirrored.dispose())

const move = (commit: string, owner = 'change-1', workspaceId = 'a'): Promise<MovedTree> =>
  moveTree(mirrored.places, { projectId, workspaceId, commit, owner })
const filesIn = async (root: string) => (await readdir(root)).sort()
const leave = (root: string, name: string) => writeFile(path.join(root, name), 'left')

describe('the tree of a workspace', () => {
  test('stands at one path, with the files of whatever commit it is moved to', async () => {
    const one = await move(first)
    expect(one).toEqual({ root: treeOf(mirrored.places, 'a').tree, moved: true })
    expect(await readFile(path.join(one.root, 'network/main.tf'), 'utf8')).toBe('# one')
    const two = await move(second)
    expect(two.root).toBe(one.root)
    expect(await filesIn(two.root)).toEqual(['.git', '.gitignore', 'link.tf', 'network'])
    expect(await readFile(path.join(two.root, 'network/main.tf'), 'utf8')).toBe('# two')
    expect(await readlink(path.join(two.root, 'link.tf'))).toBe('network/main.tf')
  })

  test('has the bytes that the attributes of its commit mean, also of files that are the same', async () => {
    const { repository } = mirrored
    await move(second)
    await repository.write({ '.gitattributes': '*.tf eol=crlf\n', 'network/more.tf': 'one\ntwo\n' })
    const third = await repository.commit('third')
    await repository.write({ '.gitattributes': '*.tf eol=lf\n' })
    const fourth = await repository.commit('fourth')
    await mirrored.fetch()
    const more = async ({ root }: MovedTree) => readFile(path.join(root, 'network/more.tf'), 'utf8')
    expect(await more(await move(third))).toBe('one\r\ntwo\r\n')
    expect(await more(await move(fourth))).toBe('one\ntwo\n')
  })

  test('is left as its owner left it while it is to stand where it stands', async () => {
    const { root } = await move(first)
    await leave(root, 'built')
    await leave(root, 'network/main.tf')
    expect(await move(first)).toEqual({ root, moved: false })
    expect(await readFile(path.join(root, 'built'), 'utf8')).toBe('left')
    expect(await readFile(path.join(root, 'network/main.tf'), 'utf8')).toBe('left')
  })

  test('has nothing of what another owner left, ignored, hidden or within a repository', async () => {
    const { root } = await move(first)
    await leave(root, 'built')
    await leave(root, 'network/main.tf')
    await rm(path.join(root, 'old'), { recursive: true })
    await leave(root, 'old')
    await mkdir(path.join(root, 'nested/.git'), { recursive: true })
    await run('git', ['-C', path.join(root, 'nested'), 'init', '--quiet'], {
      env: mirrored.repository.env,
    })
    await leave(root, 'nested/file')
    expect((await move(first, 'change-2')).moved).toBe(true)
    expect(await filesIn(root)).toEqual(['.git', '.gitignore', 'network', 'old'])
    expect(await readFile(path.join(root, 'network/main.tf'), 'utf8')).toBe('# one')
    expect((await lstat(path.join(root, 'old'))).isDirectory()).toBe(true)
  })

  test('is a repository at the commit for what runs in it, and clean', async () => {
    const { root } = await move(second)
    const git = async (...args: string[]) =>
      (await run('git', ['-C', root, ...args], { env: mirrored.repository.env })).stdout.trim()
    expect(await git('rev-parse', 'HEAD')).toBe(second)
    expect(await git('status', '--porcelain')).toBe('')
    expect(await git('log', '-1', '--format=%s')).toBe('second')
    await git('config', 'core.hooksPath', 'hooks')
    await git('update-index', '--assume-unchanged', 'network/main.tf')
    await leave(root, 'network/main.tf')
    await move(second, 'change-2')
    expect(await readFile(path.join(root, 'network/main.tf'), 'utf8')).toBe('# two')
    expect(await git('status', '--porcelain')).toBe('')
    await expect(git('config', 'core.hooksPath')).rejects.toThrow()
  })

  test('that was broken on the way counts as none, and is made again', async () => {
    const { root } = await move(first)
    const { git, marker } = treeOf(mirrored.places, 'a')
    await rm(marker)
    await writeFile(path.join(git, 'index.lock'), '')
    await leave(root, 'built')
    expect((await move(first)).moved).toBe(true)
    expect(await filesIn(root)).not.toContain('built')
    await rm(root, { recursive: true })
    expect((await move(first)).moved).toBe(true)
    expect(await filesIn(root)).toContain('network')
    await writeFile(marker, '{"commit":')
    expect((await move(first)).moved).toBe(true)
  })

  test('that could not be moved whole counts for nobody', async () => {
    const { root } = await move(first)
    await leave(root, 'built')
    const mirror = mirrorOf(mirrored.places, projectId)
    const git = (...args: string[]) =>
      run('git', ['-C', mirror, ...args], { env: mirrored.repository.env })
    // A file of the second commit is missing.
    const { stdout } = await git('rev-parse', `${second}:network/main.tf`)
    const [pack = ''] = await filesIn(path.join(mirror, 'objects/pack')).then((names) =>
      names.filter((name) => name.endsWith('.pack')),
    )
    if (pack !== '') {
      const aside = path.join(mirror, 'aside.pack')
      await rename(path.join(mirror, 'objects/pack', pack), aside)
      await rm(path.join(mirror, 'objects/pack'), { recursive: true })
      await mkdir(path.join(mirror, 'objects/pack'))
      await run('sh', ['-c', `git -C '${mirror}' unpack-objects -q < '${aside}'`], {
        env: mirrored.repository.env,
      })
    }
    const blob = stdout.trim()
    await rm(path.join(mirror, 'objects', blob.slice(0, 2), blob.slice(2)))
    await expect(move(second)).rejects.toThrow()
    expect((await move(first)).moved).toBe(true)
    expect(await filesIn(root)).not.toContain('built')
  })

  test('is moved although somebody left what may not be removed', async () => {
    const { root } = await move(first)
    await mkdir(path.join(root, 'cache/deep'), { recursive: true })
    await leave(root, 'cache/deep/file')
    await chmod(path.join(root, 'cache/deep'), 0o555)
    await move(second)
    expect(await filesIn(root)).not.toContain('cache')
    const rests = await filesIn(path.dirname(root))
    expect(rests.filter((name) => name.startsWith('tree.old'))).toEqual([])
  })

  test('goes with no commit that the mirror does not have', async () => {
    await expect(move('0'.repeat(40))).rejects.toMatchObject({ code: 'not_found' })
    await expect(move('--help')).rejects.toMatchObject({ code: 'invalid' })
    const tree = (await mirrored.repository.git('rev-parse', `${first}^{tree}`)).trim()
    await expect(move(tree)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of one workspace moves while others of the mirror do', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const commit of [first, second]) {
      const trees = await Promise.all(names.map((name) => move(commit, 'change-1', name)))
      for (const { root } of trees) {
        const text = await readFile(path.join(root, 'network/main.tf'), 'utf8')
        expect(text).toBe(commit === first ? '# one' : '# two')
      }
    }
  })

  test('keeps its commit, whatever becomes of the branch', async () => {
    await move(second)
    const mirror = mirrorOf(mirrored.places, projectId)
    const git = (...args: string[]) =>
      run('git', ['-C', mirror, ...args], { env: mirrored.repository.env })
    await git('update-ref', 'refs/heads/main', first)
    await git('reflog', 'expire', '--expire=now', '--all')
    await git('gc', '--quiet', '--prune=now')
    expect((await move(first)).moved).toBe(true)
    expect((await move(second)).moved).toBe(true)
  })

  test('executes nothing that a repository brings along', async () => {
    const { repository } = mirrored
    const trace = path.join(mirrored.places.dataDirectory, 'trace')
    await writeFile(
      path.join(mirrored.places.dataDirectory, '.gitconfig'),
      `[filter "bad"]\n\tsmudge = touch ${trace}\n\trequired = true\n`,
    )
    await repository.write({ '.gitattributes': '*.tf filter=bad\n', 'network/main.tf': '# three' })
    const third = await repository.commit('third')
    await mirrored.fetch()
    const { root } = await move(third)
    expect(await readFile(path.join(root, 'network/main.tf'), 'utf8')).toBe('# three')
    await expect(lstat(trace)).rejects.toThrow()
  })

  test('has empty directories for submodules, also after somebody filled them', async () => {
    const { repository } = mirrored
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${first},sub`)
    await repository.git('commit', '--quiet', '-m', 'with a submodule')
    const third = await repository.git('rev-parse', 'HEAD')
    await mirrored.fetch()
    const { root } = await move(third)
    expect(await filesIn(path.join(root, 'sub'))).toEqual([])
    await leave(root, 'sub/file')
    await move(third, 'change-2')
    expect(await filesIn(path.join(root, 'sub'))).toEqual([])
  })
})

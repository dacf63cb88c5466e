import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { withFiles, writeFiles } from '../../../test/support/manifest-files.ts'
import { checkGraph } from '../graph/check.ts'
import { loadManifest } from '../reading/manifest-file.ts'

const env = process.env as Readonly<Record<string, string>>
const root = 'variable "x" {}\n'
const calls = (source: string) => `module "m" {\n  source = "${source}"\n}\n`

async function discovered(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return withFiles(files, async (directory) => {
    const manifest = await loadManifest(directory)
    expect(manifest.source).toBe('discovered')
    return [...manifest.components.keys()]
  })
}

describe('a repository without a manifest consists of', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['nothing, where there is nothing', { 'readme.md': '' }, []],
    [
      'every directory with configuration, whatever it is written in',
      {
        'a/main.tf': root,
        'b/c/x.tf.json': '{}',
        'd/main.tofu': root,
        'e/y.tofu.json': '{}',
        'f/x.txt': '',
      },
      ['a', 'b/c', 'd', 'e'],
    ],
    ['the root itself', { 'main.tf': root, 'root/main.tf': root }, ['root', './root']],
    [
      'but not what is only a module of another one',
      {
        'infra/main.tf': calls('../modules/vpc'),
        'modules/vpc/main.tf': calls('./sub'),
        'modules/vpc/sub/main.tf': root,
      },
      ['infra'],
    ],
    [
      'nor one that only the root calls',
      { 'main.tf': calls('./net/'), 'net/main.tf': root },
      ['root'],
    ],
    [
      'a module with a backend is a root module too',
      { 'a/main.tf': calls('../b'), 'b/main.tf': 'terraform {\n  backend "s3" {}\n}\n' },
      ['a', 'b'],
    ],
    [
      'a call in JSON, and one that is written as on Windows, count',
      {
        'a/main.tf.json': '{"module":{"m":{"source":"../b"}}}',
        'b/x.tf': calls('..\\\\c'),
        'c/x.tf': root,
      },
      ['a'],
    ],
    ['one that calls itself', { 'a/main.tf': calls('./') }, ['a']],
    [
      'a module of elsewhere calls nothing here',
      { 'a/main.tf': calls('hashicorp/b/aws'), 'b/x.tf': root },
      ['a', 'b'],
    ],
    ['configuration that cannot be read', { 'a/main.tf': 'module "x" {' }, ['a']],
    [
      'nothing hidden, downloaded or initialised',
      {
        '.hidden/main.tf': root,
        'a/.terraform/modules/m/main.tf': root,
        'node_modules/m/main.tf': root,
        'b/.main.tf': root,
        'c/main.tf': root,
      },
      ['c'],
    ],
    [
      'nothing that no workspace can be called',
      { 'a@b/main.tf': root, 'c\nd/main.tf': root, 'e f/main.tf': root },
      ['e f'],
    ],
  ])('%s', async (_name, files, components) => {
    expect(await discovered(files)).toEqual(components)
  })
})

test('each is named as a command in its directory would name it, and planned there', async () => {
  const { componentOf, directoryOf } = await import('../../projects/workspace.ts')
  const files = { 'main.tf': root, 'root/main.tf': root, 'infra/db/main.tofu': root }
  await withFiles(files, async (directory) => {
    const manifest = await loadManifest(directory)
    for (const component of manifest.components.values()) {
      const place = path.resolve(directory, String(component.main.value))
      expect(componentOf(directory, place)).toBe(component.name)
      expect(path.resolve(directoryOf(directory, component.name))).toBe(place)
    }
    expect(manifest.components.get('infra/db')?.terraform?.tool).toBe('tofu')
    expect([...manifest.environments.keys()]).toEqual(['default'])
    expect(checkGraph(manifest)).toEqual([])
  })
})

test('what git ignores is passed over, what is new and what is tracked all the same is not', async () => {
  const files = {
    '.gitignore': 'ignored/\n*.gen.tf\n',
    'ignored/main.tf': root,
    'ignored/kept/main.tf': root,
    'a/x.gen.tf': root,
    'new/main.tf': root,
    'gone/main.tf': root,
  }
  await withFiles(files, async (directory) => {
    const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args])
    git('init', '-q')
    git('add', '-f', 'ignored/kept', 'gone')
    await rm(path.join(directory, 'gone'), { recursive: true })
    const found = await loadManifest(directory, { env })
    expect([...found.components.keys()]).toEqual(['ignored/kept', 'new'])
  })
})

describe('what directories hold is remembered', () => {
  const files = { 'a/main.tf': calls('../b'), 'b/main.tf': root, 'c/main.tf': root }

  async function components(directory: string): Promise<readonly string[]> {
    const manifest = await loadManifest(directory, {
      cacheDirectory: path.join(directory, 'cache'),
    })
    return [...manifest.components.keys()]
  }

  async function age(directory: string): Promise<void> {
    for (const name of Object.keys(files)) {
      await utimes(path.join(directory, name), new Date(1e12), new Date(1e12))
    }
  }

  test('and looked at again when a file changes, comes or goes', async () => {
    await withFiles(files, async (directory) => {
      await age(directory)
      expect(await components(directory)).toEqual(['a', 'c'])
      await writeFiles(directory, { 'a/main.tf': calls('../c') })
      expect(await components(directory)).toEqual(['a', 'b'])
      await writeFiles(directory, { 'a/more.tf': calls('../b').replace('"m"', '"n"') })
      expect(await components(directory)).toEqual(['a'])
      await rm(path.join(directory, 'a'), { recursive: true })
      expect(await components(directory)).toEqual(['b', 'c'])
    })
  })

  test('so that files that are as they were are not read', async () => {
    await withFiles(files, async (directory) => {
      await age(directory)
      await components(directory)
      const [cache = ''] = await readdir(path.join(directory, 'cache'))
      const file = path.join(directory, 'cache', cache)
      await writeFile(file, (await readFile(file, 'utf8')).replace('../b', '../c'))
      expect(await components(directory)).toEqual(['a', 'b'])
    })
  })

  test('unless they were written in this very moment, as they may be again', async () => {
    await withFiles(files, async (directory) => {
      expect(await components(directory)).toEqual(['a', 'c'])
      const stamp = new Date()
      await utimes(path.join(directory, 'a/main.tf'), stamp, stamp)
      await components(directory)
      // As long as before, and written at the same time.
      await writeFile(path.join(directory, 'a/main.tf'), calls('../c'))
      await utimes(path.join(directory, 'a/main.tf'), stamp, stamp)
      expect(await components(directory)).toEqual(['a', 'b'])
    })
  })

  test.each(['{', '{"format":1,"rows":7}', '{"format":0,"rows":[]}'])(
    'and %s is nothing',
    async (content) => {
      await withFiles({ ...files, 'cache/discovery.json': content }, async (directory) => {
        expect(await components(directory)).toEqual(['a', 'c'])
      })
    },
  )
})

import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf, withFiles, writeFiles } from '../../../test/support/manifest-files.ts'
import { loadManifest } from './manifest-file.ts'

const small = 'version: 1\ncomponents:\n  db: { terraform: infra/db }\n'

test('a manifest without environments has the one that discovery gives', async () => {
  await withFiles({ 'portolan.yaml': small }, async (root) => {
    const manifest = await loadManifest(root)
    expect([...manifest.environments.keys()]).toEqual(['default'])
    expect(manifest).toMatchObject({ root, source: 'file', files: ['portolan.yaml'] })
  })
})

describe('what is no manifest', () => {
  test.each([
    ['another ending', 'portolan.yml', 'git mv portolan.yml portolan.yaml'],
    ['a hidden one', '.portolan.yaml', 'git mv .portolan.yaml portolan.yaml'],
  ])('%s', async (_name, file, next) => {
    await withFiles({ [file]: small }, async (root) => {
      await expect(loadManifest(root)).rejects.toMatchObject({
        message: `the manifest must be called portolan.yaml, and here it is ${file}`,
        next,
      })
    })
  })

  test('a directory', async () => {
    await withFiles({ 'portolan.yaml/x': '' }, async (root) => {
      await expect(loadManifest(root)).rejects.toThrow('portolan.yaml is a directory')
    })
  })

  test('a link that leads nowhere is not taken for no manifest', async () => {
    await withFiles({}, async (root) => {
      await symlink('elsewhere.yaml', path.join(root, 'portolan.yaml'))
      await expect(loadManifest(root)).rejects.toThrow('portolan.yaml is a link that leads nowhere')
    })
  })

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    await withFiles({ 'portolan.yaml': small }, async (root) => {
      await chmod(path.join(root, 'portolan.yaml'), 0)
      await expect(loadManifest(root)).rejects.toThrow('portolan.yaml cannot be read')
    })
  })

  test.each([
    ['UTF-16', Buffer.from(`\uFEFF${small}`, 'utf16le'), 'portolan.yaml is written in UTF-16'],
    ['Latin-1', Buffer.from('version: 1 # \u00fc', 'latin1'), 'portolan.yaml is no UTF-8 text'],
  ])('%s', async (_name, content, message) => {
    await withFiles({ 'portolan.yaml': content }, async (root) => {
      await expect(loadManifest(root)).rejects.toMatchObject({ message, next: 'Save it as UTF-8.' })
    })
  })
})

describe('include', () => {
  const main =
    'version: 1\ninclude: ["services/**/*.yaml", infra.yaml]\ncomponents:\n  api: { run: a }\n'

  test('adds the components of other files, in the order of the globs and of their names', async () => {
    const files = {
      'portolan.yaml': main,
      'infra.yaml': 'components:\n  network: { terraform: infra/network }\n',
      'services/b.yaml': 'components:\n  b: { run: b, needs: [network] }\n',
      'services/a/x.yaml': 'components:\n  a: { run: a, needs: [api] }\n',
      'services/readme.md': 'not this one',
    }
    await withFiles(files, async (root) => {
      const manifest = await loadManifest(root)
      expect(manifest.files).toEqual([
        'portolan.yaml',
        'services/a/x.yaml',
        'services/b.yaml',
        'infra.yaml',
      ])
      expect([...manifest.components.keys()]).toEqual(['api', 'a', 'b', 'network'])
      expect(manifest.components.get('b')?.at).toEqual({
        file: 'services/b.yaml',
        line: 2,
        column: 3,
      })
    })
  })

  test.each([
    [
      'a component that is there already names both places',
      { 'infra.yaml': 'components:\n  api: { run: b }\n' },
      [
        'infra.yaml:2:3 the component `api` is there already, at portolan.yaml:4:3 → Rename one of them.',
      ],
    ],
    [
      'anything but components belongs into the main file',
      { 'infra.yaml': 'version: 1\nvalues: {}\nvlaues: {}\n' },
      [
        'infra.yaml:1:1 unknown key `version` → An included file holds `components` and nothing else: write it in portolan.yaml.',
        'infra.yaml:2:1 unknown key `values` → An included file holds `components` and nothing else: write it in portolan.yaml.',
        'infra.yaml:3:1 unknown key `vlaues` → Known here: components.',
      ],
    ],
    ['a file may be empty', { 'infra.yaml': '# soon\n' }, []],
    [
      'of a file that cannot be read only that is told, not what is missing without it',
      {
        'infra.yaml': 'components: [\n',
        'services/a.yaml': 'components: { a: { run: a, needs: [network] } }',
      },
      [
        'infra.yaml:1:13 this `[` is never closed by `]` → Close it; lines between the two are indented more than the first.',
      ],
    ],
  ])('%s', async (_name, files, problems) => {
    const all = { 'services/x.yaml': 'components: {}\n', ...files }
    expect(await problemsOf({ 'portolan.yaml': main, ...all })).toEqual(problems)
  })
})

describe('the cache', () => {
  const files = {
    'portolan.yaml': `version: 1\ninclude: ["*.inc.yaml"]\n${small.slice('version: 1\n'.length)}`,
    'a.inc.yaml': 'components:\n  a: { run: a }\n',
    'cache/other.txt': 'not ours',
  }

  async function cached(root: string) {
    const cacheDirectory = path.join(root, 'cache')
    const manifest = await loadManifest(root, { cacheDirectory })
    const names = (await readdir(cacheDirectory)).filter((name) => name.startsWith('manifest-'))
    const entries = names.map((name) => path.join(cacheDirectory, name))
    return { manifest, names, entries }
  }

  test('gives the same manifest, and does not look at the files again', async () => {
    await withFiles(files, async (root) => {
      const first = await cached(root)
      expect(first.names).toHaveLength(1)
      const [entry = ''] = first.entries
      // What the cache says is believed: a name that only it knows comes back.
      await writeFile(entry, (await readFile(entry, 'utf8')).replaceAll('infra/db', 'infra/kept'))
      const second = await cached(root)
      expect(second.manifest.components.get('db')?.main.value).toBe('infra/kept')
      expect({ ...second.manifest, components: [] }).toEqual({ ...first.manifest, components: [] })
    })
  })

  test.each([
    [
      'the main file changes',
      { 'portolan.yaml': files['portolan.yaml'].replace('db:', 'db2:') },
      ['db2', 'a'],
    ],
    ['an included file changes', { 'a.inc.yaml': 'components:\n  a2: { run: a }\n' }, ['db', 'a2']],
    [
      'a file comes to be included',
      { 'b.inc.yaml': 'components:\n  b: { run: b }\n' },
      ['db', 'a', 'b'],
    ],
  ])('is passed over when %s', async (_name, changed, names) => {
    await withFiles(files, async (root) => {
      await cached(root)
      await writeFiles(root, changed)
      const { manifest } = await cached(root)
      expect([...manifest.components.keys()]).toEqual(names)
    })
  })

  test.each([
    '',
    '{',
    'null',
    '{"includes":[],"digests":[]}',
    '{"includes":["*.inc.yaml"],"digests":5,"manifest":{}}',
  ])('that holds %j is ignored and written anew', async (content) => {
    await withFiles(files, async (root) => {
      const { entries, manifest } = await cached(root)
      const [entry = ''] = entries
      const right = await readFile(entry, 'utf8')
      await writeFile(entry, content)
      expect((await cached(root)).manifest).toEqual(manifest)
      expect(await readFile(entry, 'utf8')).toBe(right)
    })
  })

  test('that cannot be written changes nothing', async () => {
    await withFiles({ ...files, occupied: 'a file' }, async (root) => {
      const cacheDirectory = path.join(root, 'occupied', 'cache')
      expect((await loadManifest(root, { cacheDirectory })).components.size).toBe(2)
    })
  })

  test('of a wrong manifest is not kept', async () => {
    await withFiles({ 'portolan.yaml': 'version: 2\n', 'cache/x': '' }, async (root) => {
      await expect(cached(root)).rejects.toThrow('`version` must be 1')
      expect(await readdir(path.join(root, 'cache'))).toEqual(['x'])
    })
  })

  test('keeps the newest few, and leaves alone what is not its own', async () => {
    await withFiles(files, async (root) => {
      await mkdir(path.join(root, 'cache'), { recursive: true })
      for (let index = 0; index < 20; index += 1) {
        await writeFiles(root, { 'portolan.yaml': `${files['portolan.yaml']}# ${index}\n` })
        await cached(root)
      }
      const { names } = await cached(root)
      expect(names).toHaveLength(16)
      expect(await readdir(path.join(root, 'cache'))).toContain('other.txt')
    })
  })
})

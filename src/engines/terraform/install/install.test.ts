import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as base, describe, expect } from 'vitest'
import {
  fakeTool,
  type Releases,
  type SigningKey,
  serveReleases,
  signingKey,
  zipOf,
} from '../../../../test/support/releases.ts'
import { findOrInstallTool, type ToolRequest } from './find-or-install-runner.ts'
import { platformName } from './publisher.ts'

const platform = platformName(process.platform, process.arch)
const archiveOf = (version: string) => `/terraform/${version}/terraform_${version}_${platform}.zip`

interface Place {
  readonly root: string
  readonly tools: string
  readonly releases: Releases
  readonly key: SigningKey
  readonly request: ToolRequest
  find(terraformVersion?: string, changes?: Partial<ToolRequest['install']>): Promise<string>
}

let publisher: Promise<SigningKey> | undefined

const test = base.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  place: async ({}, use) => {
    publisher ??= signingKey()
    const key = await publisher
    const root = await mkdtemp(path.join(tmpdir(), 'portolan-install-'))
    await using releases = await serveReleases(platform)
    const directory = path.join(root, 'module')
    const tools = path.join(root, 'tools')
    await mkdir(directory)
    await mkdir(path.join(root, 'bin'))
    await writeFile(path.join(directory, 'main.tf'), '')
    const request: ToolRequest = {
      variables: { PATH: `${path.join(root, 'bin')}:/usr/bin:/bin` },
      directory,
      wish: { tool: 'terraform' },
      install: {
        directory: tools,
        mirrors: { terraform: releases.url, tofu: releases.url },
        keys: { terraform: [key.publicKey], tofu: [key.publicKey] },
        offline: false,
        patience: 400,
      },
    }
    await use({
      root,
      tools,
      releases,
      key,
      request,
      find: async (terraformVersion, changes = {}) => {
        const wish = { ...request.wish, terraformVersion }
        const install = { ...request.install, ...changes }
        return (await findOrInstallTool({ ...request, wish, install })).version
      },
    })
    await rm(root, { recursive: true, force: true })
  },
})

/** What counts as installed, and what else lies there. */
async function kept(tools: string): Promise<string[]> {
  const names = await readdir(path.join(tools, 'terraform')).catch(() => [])
  return names.filter((name) => name !== '.claims').sort()
}

describe('a tool that is not on PATH', () => {
  test('is fetched once in the highest version that fits, whole and executable', async ({
    place,
  }) => {
    const { releases, key, request, tools } = place
    for (const version of ['1.9.7', '1.9.8', '1.10.0', '1.11.0-rc1']) {
      await releases.publish(version, key)
    }

    const tool = await findOrInstallTool({
      ...request,
      wish: { tool: 'terraform', terraformVersion: '~> 1.9.0' },
    })

    const program = path.join(tools, 'terraform', '1.9.8', 'terraform')
    expect(tool).toEqual({
      name: 'terraform',
      version: '1.9.8',
      path: program,
      platform: 'linux_amd64',
    })
    expect((await stat(program)).mode & 0o777).toBe(0o755)
    expect(await readFile(program, 'utf8')).toBe(fakeTool('1.9.8'))
    expect(await readdir(path.dirname(program))).toEqual(['terraform'])
    const { length } = releases.asked
    expect(await place.find('>= 1.9.0')).toBe('1.9.8')
    expect(releases.asked).toHaveLength(length)
  })

  test('is as the modules want it too, those that the module calls included', async ({ place }) => {
    const { releases, key, request } = place
    for (const version of ['1.9.7', '1.9.8', '1.10.0']) await releases.publish(version, key)
    const sub = path.join(request.directory, 'sub')
    await mkdir(sub)
    await writeFile(
      path.join(request.directory, 'main.tf'),
      'terraform {\n  required_version = "~> 1.9"\n}\nmodule "sub" { source = "./sub" }\n',
    )
    await writeFile(
      path.join(sub, 'main.tf'),
      'terraform {\n  required_version = "!= 1.10.0, != 1.9.8"\n}\n',
    )

    expect(await place.find()).toBe('1.9.7')
    await expect(place.find('>= 1.10')).rejects.toMatchObject({
      message:
        'there is no version of Terraform that is >= 1.10 (terraform_version), ~> 1.9 (required_version), != 1.10.0, != 1.9.8 (required_version)',
    })
  })

  test('that is on PATH and fits is used, and one that does not fit is passed over', async ({
    place,
  }) => {
    const { releases, key, root, request } = place
    await releases.publish('1.9.8', key)
    const onPath = path.join(root, 'bin', 'terraform')
    await writeFile(onPath, fakeTool('1.8.0'), { mode: 0o755 })

    const fits = await findOrInstallTool(request)
    expect(fits).toMatchObject({ version: '1.8.0', path: onPath })
    expect(releases.asked).toEqual([])
    expect(await place.find('~> 1.9')).toBe('1.9.8')
  })

  test('is taken by its exact version without a list of versions, a pre-release too', async ({
    place,
  }) => {
    await place.releases.publish('1.12.0-beta1', place.key)
    place.releases.answers.delete('/terraform/index.json')

    expect(await place.find('1.12.0-beta1')).toBe('1.12.0-beta1')
  })

  test('comes from a directory when there is no network at all', async ({ place }) => {
    const { releases, key, root } = place
    await releases.publish('1.9.8', key)
    const mirror = path.join(root, 'mirror')
    for (const [name, content] of releases.answers) {
      await mkdir(path.dirname(path.join(mirror, name)), { recursive: true })
      await writeFile(path.join(mirror, name), content as Buffer)
    }

    expect(await place.find('~> 1.9', { mirrors: { terraform: mirror } })).toBe('1.9.8')
    expect(releases.asked).toEqual([])
  })

  test('follows its publisher to where the files are, and gives a password to nobody else', async ({
    place,
  }) => {
    const { releases, key } = place
    await using elsewhere = await serveReleases(platform)
    await elsewhere.publish('1.9.8', key)
    const seen: (string | undefined)[] = []
    for (const [name, content] of elsewhere.answers) {
      releases.answers.set(name, (request, response) => {
        seen.push(request.headers.authorization)
        response.writeHead(302, { Location: `${elsewhere.url}${name}` }).end()
      })
      elsewhere.answers.set(name, (request, response) => {
        expect(request.headers.authorization).toBeUndefined()
        response.end(content)
      })
    }
    const mirror = releases.url.replace('http://', 'http://ci:s%40cret@')

    expect(await place.find('~> 1.9', { mirrors: { terraform: mirror } })).toBe('1.9.8')
    expect(new Set(seen)).toEqual(new Set([`Basic ${btoa('ci:s@cret')}`]))
    releases.answers.clear()
    await expect(
      place.find('~> 1.10', { mirrors: { terraform: mirror } }),
    ).rejects.not.toMatchObject({ message: expect.stringContaining('cret') })
  })

  test('is fetched once for all who ask at the same time, in this process and in others', async ({
    place,
  }) => {
    const { releases, key, request } = place
    await releases.publish('1.9.8', key)

    const others = [install(request), install(request)]
    const here = await Promise.all(Array.from({ length: 4 }, () => place.find('1.9.8')))
    const said = await Promise.all(others.map(({ ended }) => ended))

    expect(here).toEqual(['1.9.8', '1.9.8', '1.9.8', '1.9.8'])
    for (const text of said) expect(JSON.parse(text)).toMatchObject({ version: '1.9.8' })
    expect(releases.asked.filter((one) => one.endsWith('.zip'))).toHaveLength(1)
    expect(await kept(place.tools)).toEqual(['1.9.8'])
  })

  test('a kill in the middle leaves nothing that counts, and the next one succeeds', async ({
    place,
  }) => {
    const { releases, key, request } = place
    await releases.publish('1.9.8', key)
    const archive = releases.answers.get(archiveOf('1.9.8')) as Buffer
    const { promise: halfway, resolve } = Promise.withResolvers<void>()
    releases.answers.set(archiveOf('1.9.8'), (_request, response) => {
      response.writeHead(200, { 'Content-Length': archive.length })
      response.write(archive.subarray(0, 100), () => resolve())
    })
    const patient = { ...request, install: { ...request.install, patience: 60_000 } }

    const child = install(patient)
    await halfway
    child.kill()
    await expect(child.ended).rejects.toThrow('SIGKILL')
    expect(await kept(place.tools)).toEqual([])

    releases.answers.set(archiveOf('1.9.8'), archive)
    const draft = path.join(place.tools, 'terraform', '.draft-of-a-dead-process')
    await mkdir(draft, { recursive: true })
    await writeFile(path.join(draft, 'terraform'), 'half of a progr', { mode: 0o755 })
    expect(await place.find()).toBe('1.9.8')
  })
})

describe('what is not exactly what its publisher signed', () => {
  const refused = async (place: Place, message: RegExp) => {
    await expect(place.find('1.9.8')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(message),
      next: expect.stringContaining(
        path.join(place.tools, 'terraform', '1.9.8', 'terraform, executable'),
      ),
    })
    expect(await kept(place.tools)).toEqual([])
  }

  test('an archive with another checksum is refused', async ({ place }) => {
    await place.releases.publish('1.9.8', place.key)
    place.releases.answers.set(archiveOf('1.9.8'), zipOf({ terraform: fakeTool('1.9.8') }))
    await refused(place, /its sha256 differs/)
  })

  test('an archive that is cut off is refused', async ({ place }) => {
    await place.releases.publish('1.9.8', place.key)
    const archive = place.releases.answers.get(archiveOf('1.9.8')) as Buffer
    place.releases.answers.set(archiveOf('1.9.8'), archive.subarray(0, -30))
    await refused(place, /its sha256 differs/)
  })

  test('a list that was changed after it was signed is refused', async ({ place }) => {
    const signature = await place.key.sign('another list')
    await place.releases.publish('1.9.8', place.key, { signature })
    await refused(place, /not signed by its publisher/)
    expect(place.releases.asked).not.toContain(archiveOf('1.9.8'))
  })

  test('a signature by another key is refused', async ({ place }) => {
    await place.releases.publish('1.9.8', await signingKey())
    await refused(place, /not signed by its publisher/)
  })

  test.for([
    ['nothing', ''],
    ['no signature', 'hello'],
  ] as const)('%s in the place of a signature is refused', async ([, text], { place }) => {
    await place.releases.publish('1.9.8', place.key, { signature: Buffer.from(text) })
    await refused(place, /not signed by its publisher/)
  })

  test('a signed list that does not name the archive, or names it twice, is refused', async ({
    place,
  }) => {
    const name = path.basename(archiveOf('1.9.8'))
    const line = (digit: string) => `${digit.repeat(64)}  ${name}\n`
    await place.releases.publish('1.9.8', place.key, { sums: line('a').replace(name, `x${name}`) })
    await refused(place, /has no terraform_1\.9\.8/)
    await place.releases.publish('1.9.8', place.key, { sums: line('a') + line('b') })
    await refused(place, /has no terraform_1\.9\.8/)
  })

  test.for(['../terraform', 'a/../../b', '/etc/passwd', '..\\x', 'C:\\x'])(
    'an archive with the entry %s is refused, though it is signed',
    async (entry, { place }) => {
      const archive = zipOf({ terraform: fakeTool('1.9.8'), [entry]: 'x' })
      await place.releases.publish('1.9.8', place.key, { archive })
      await refused(place, /its archive has the entry/)
      expect((await readdir(place.root)).sort()).toEqual(['bin', 'module', 'tools'])
    },
  )

  const unfit: readonly (readonly [string, Buffer, RegExp])[] = [
    ['no archive', Buffer.from('<html>'), /cannot be unpacked/],
    ['without the program', zipOf({ README: '' }), /cannot be unpacked/],
    ['with another version', zipOf({ terraform: fakeTool('1.9.7') }), /is terraform 1\.9\.7/],
    ['with something that does not run', zipOf({ terraform: 'x' }), /version|run|ENOEXEC/],
  ]
  test.for(unfit)('%s is refused', async ([, archive, message], { place }) => {
    await place.releases.publish('1.9.8', place.key, { archive })
    await refused(place, message)
  })
})

describe('where nothing can be fetched', () => {
  test('it says which version of what to put where, and takes what was put there', async ({
    place,
  }) => {
    const program = path.join(place.tools, 'terraform', '1.9.8', 'terraform')
    const offline = { offline: true }
    await expect(place.find('1.9.8', offline)).rejects.toMatchObject({
      message: expect.stringContaining('Terraform 1.9.8 cannot be installed'),
      next: expect.stringContaining(`${place.releases.url}${archiveOf('1.9.8')}`),
    })
    expect(place.releases.asked).toEqual([])
    await expect(place.find('~> 1.9', offline)).rejects.toMatchObject({
      message: expect.stringContaining('Terraform ~> 1.9 (terraform_version) cannot be installed'),
    })

    await mkdir(path.dirname(program), { recursive: true })
    await writeFile(program, fakeTool('1.9.8'), { mode: 0o644 })
    await expect(place.find('1.9.8', offline)).rejects.toThrow('cannot be installed')
    await chmod(program, 0o755)
    expect(await place.find('1.9.8', offline)).toBe('1.9.8')
  })

  test('what was put there is what the name of its place says, or nothing', async ({ place }) => {
    const program = path.join(place.tools, 'terraform', '1.9.8', 'terraform')
    await mkdir(path.dirname(program), { recursive: true })
    await writeFile(program, fakeTool('1.9.7'), { mode: 0o755 })

    await expect(place.find('1.9.8')).rejects.toThrow('is terraform 1.9.7, and stands where 1.9.8')
  })

  test('a server that says no more is given up, and one that is ill for a moment is not', async ({
    place,
  }) => {
    const { releases, key } = place
    await releases.publish('1.9.8', key)
    const index = releases.answers.get('/terraform/index.json') as Buffer
    releases.answers.set('/terraform/index.json', () => undefined)
    await expect(place.find()).rejects.toThrow('nothing came for 0.4 seconds')

    let asked = 0
    releases.answers.set('/terraform/index.json', (_request, response) => {
      asked += 1
      if (asked < 3) response.writeHead(503).end()
      else response.end(index)
    })
    expect(await place.find()).toBe('1.9.8')
  })

  test('nobody there, and redirects without end, are told', async ({ place }) => {
    const { releases } = place
    const nobody = { mirrors: { terraform: 'http://127.0.0.1:1' } }
    await expect(place.find('1.9.8', nobody)).rejects.toThrow('cannot be fetched')
    releases.answers.set('/terraform/index.json', (_request, response) => {
      response.writeHead(302, { Location: '/terraform/index.json' }).end()
    })
    await expect(place.find()).rejects.toThrow('leads on without end')
  })
})

/** The same in a process of its own. */
function install(request: ToolRequest) {
  const script = fileURLToPath(
    new URL('../../../../test/support/install-process.ts', import.meta.url),
  )
  const child = spawn(process.execPath, [script, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(said)
      else reject(new Error(`it ended with ${code ?? signal}`))
    })
  })
  return { ended, kill: () => child.kill('SIGKILL') }
}

test('the cache is made by who needs it first', async ({ place }) => {
  expect(existsSync(place.tools)).toBe(false)
  await place.releases.publish('1.9.8', place.key)
  await place.find()
  expect((await stat(place.tools)).mode & 0o077).toBe(0)
})

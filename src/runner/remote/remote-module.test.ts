import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, expect } from 'vitest'
import { runCommand } from '../../platform/process/process.ts'
import { fetchRemoteModule } from './remote-module-runner.ts'

const env = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

interface Origin {
  readonly directory: string
  git(...args: string[]): Promise<string>
  /** Commits these files; says which commit that is. */
  commit(files: Readonly<Record<string, string>>): Promise<string>
}

const test = base.extend<{ root: string; origin: Origin; data: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  root: async ({}, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'portolan-remote-'))
    await use(root)
    await rm(root, { recursive: true, force: true })
  },
  data: async ({ root }, use) => use(path.join(root, 'data')),
  origin: async ({ root }, use) => {
    const directory = path.join(root, 'origin')
    await mkdir(directory)
    const git = async (...args: string[]) => {
      const result = await runCommand('git', args, { cwd: directory, env })
      if (result.exitCode !== 0) throw new Error(result.stderr)
      return result.stdout.toString('utf8').trim()
    }
    await git('init', '--quiet', '--initial-branch', 'main')
    await use({
      directory,
      git,
      commit: async (files) => {
        for (const [name, text] of Object.entries(files)) {
          await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
          await writeFile(path.join(directory, name), text)
        }
        await git('add', '--all')
        await git('commit', '--quiet', '--message', 'change')
        return git('rev-parse', 'HEAD')
      },
    })
  },
})

test('a root module is checked out once for its commit, with all of its repository', async ({
  origin,
  data,
}) => {
  const first = await origin.commit({ 'net/main.tf': '# one\r\n', 'lib/main.tf': '' })
  const address = `git::${origin.directory}//net`
  const one = await fetchRemoteModule({ address, dataDirectory: data, env })
  expect(one.commit).toBe(first)
  expect(await readFile(path.join(one.directory, 'main.tf'), 'utf8')).toBe('# one\r\n')
  expect((await readdir(path.dirname(one.directory))).sort()).toEqual(['lib', 'net'])
  await writeFile(path.join(one.directory, '.terraform.lock.hcl'), '')
  expect(await fetchRemoteModule({ address, dataDirectory: data, env })).toEqual(one)
  expect(await readdir(one.directory)).toContain('.terraform.lock.hcl')

  const second = await origin.commit({ 'net/main.tf': '# two' })
  const two = await fetchRemoteModule({ address, dataDirectory: data, env })
  expect(two.commit).toBe(second)
  expect(two.directory).not.toBe(one.directory)
})

test('branches, tags and commits are found, and what was resolved before is kept to', async ({
  origin,
  data,
}) => {
  const first = await origin.commit({ 'main.tf': '# one' })
  await origin.git('tag', '--annotate', '--message', 'x', 'v1')
  await origin.git('branch', 'side/line')
  const second = await origin.commit({ 'main.tf': '# two' })
  const resolve = async (ref: string, commit?: string) =>
    (
      await fetchRemoteModule({
        address: `git::file://${origin.directory}?ref=${ref}`,
        dataDirectory: data,
        env,
        commit,
      })
    ).commit
  expect(await resolve('v1')).toBe(first)
  expect(await resolve('side/line')).toBe(first)
  expect(await resolve('main')).toBe(second)
  expect(await resolve(first.slice(0, 10))).toBe(first)
  await origin.git('reset', '--quiet', '--hard', 'v1')
  expect(await resolve('main')).toBe(first)
  expect(await resolve('main', second)).toBe(second)
  await rm(origin.directory, { recursive: true })
  expect(await resolve(first)).toBe(first)
})

test('what is not there is said, with the nearest that is', async ({ origin, data }) => {
  await origin.commit({ 'net/main.tf': '' })
  await origin.git('tag', 'v1.2.0')
  const fetch = (address: string) => fetchRemoteModule({ address, dataDirectory: data, env })
  await expect(fetch(`git::${origin.directory}?ref=v1.2.1`)).rejects.toMatchObject({
    message: `${origin.directory} has no tag, branch or commit v1.2.1`,
    next: 'Did you mean `v1.2.0`?',
  })
  await expect(fetch(`git::${origin.directory}//nat?ref=main`)).rejects.toThrow(
    /has no directory nat at [0-9a-f]{40}$/,
  )
  await expect(fetch(`git::${origin.directory}-x//net`)).rejects.toMatchObject({
    code: 'unavailable',
    next: expect.stringContaining('git ls-remote'),
  })
})

test('links that lead out of the repository are refused, others work', async ({ origin, data }) => {
  await origin.commit({ 'net/main.tf': '' })
  const fetch = () =>
    fetchRemoteModule({ address: `git::${origin.directory}//net`, dataDirectory: data, env })
  await symlink('../net/main.tf', path.join(origin.directory, 'net', 'same.tf'))
  await origin.commit({})
  expect(await readdir((await fetch()).directory)).toEqual(['main.tf', 'same.tf'])

  // `here` leads to the root: what reads as net/mirror is beside the checkout.
  await symlink('..', path.join(origin.directory, 'net', 'here'))
  const out = ['/etc/passwd', '../../outside', 'here/../mirror/HEAD', 'here/../nothing']
  for (const target of out) {
    await symlink(target, path.join(origin.directory, 'net', 'bad'))
    await origin.commit({})
    await expect(fetch()).rejects.toThrow('is a link that leads out of the repository')
    await rm(path.join(origin.directory, 'net', 'bad'))
  }
  const [home = ''] = await readdir(data)
  expect((await readdir(path.join(data, home))).filter((name) => /draft/.test(name))).toEqual([])
})

test('a submodule is left out', async ({ origin, data }) => {
  const commit = await origin.commit({ 'main.tf': '' })
  await origin.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`)
  await origin.git('commit', '--quiet', '--message', 'sub')
  const { directory } = await fetchRemoteModule({
    address: `git::${origin.directory}`,
    dataDirectory: data,
    env,
  })
  expect(await readdir(directory, { recursive: true })).toEqual(['main.tf', 'sub'])
})

test('ten at the same time get the same checkout', async ({ origin, data }) => {
  await origin.commit({ 'net/main.tf': 'x'.repeat(100_000) })
  const address = `git::${origin.directory}//net`
  const all = await Promise.all(
    Array.from({ length: 10 }, () => fetchRemoteModule({ address, dataDirectory: data, env })),
  )
  expect(new Set(all.map(({ directory }) => directory)).size).toBe(1)
})

test('a login of the address is given to the server, and to nobody else', async ({ data }) => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization)
    const status = request.headers.authorization === undefined ? 401 : 403
    response.writeHead(status, { 'www-authenticate': 'Basic realm="x"' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : 0
  const address = `git::http://me:hunter22@127.0.0.1:${port}/infra.git//net`
  const failure = await fetchRemoteModule({ address, dataDirectory: data, env }).catch(
    (error: unknown) => error,
  )
  server.close()
  expect(asked).toContain(`Basic ${Buffer.from('me:hunter22').toString('base64')}`)
  expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining('403') })
  expect(JSON.stringify([String(failure), failure])).not.toContain('hunter22')
  const [home = ''] = await readdir(data)
  const config = await readFile(path.join(data, home, 'mirror', 'config'), 'utf8')
  expect(config).not.toMatch(/hunter22|127\.0\.0\.1/)
})

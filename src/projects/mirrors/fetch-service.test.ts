import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GitHttp, gitOverHttp } from '../../../test/support/git-http.ts'
import { aPlace, projectId } from '../../../test/support/mirror.ts'
import { aRepository, type Repository } from '../../../test/support/repository.ts'
import { fetchMirror } from './fetch-service.ts'
import { type MirrorPlaces, mirrorOf } from './places.ts'
import { headOf, knownCommits, resolveRef } from './ref-client.ts'
import { parseSource } from './source.ts'

const run = promisify(execFile)

let repository: Repository
let places: MirrorPlaces
let server: GitHttp | undefined

beforeEach(async () => {
  repository = await aRepository({ 'main.tf': '# one' })
  places = await aPlace()
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await repository.dispose()
  await rm(places.dataDirectory, { recursive: true, force: true })
})

const fetch = (address: string, options = {}) =>
  fetchMirror(places, projectId, parseSource(address), options)
const head = (branch?: string) => headOf(places, projectId, branch)
const inMirror = async (...args: string[]) =>
  (await run('git', ['-C', mirrorOf(places, projectId), ...args], { env: repository.env })).stdout
const serve = async (options: Partial<Parameters<typeof gitOverHttp>[0]> = {}) => {
  server = await gitOverHttp({ root: path.dirname(repository.root), ...options })
  return `${server.url}/${path.basename(repository.root)}/.git`
}
const everything = async (directory: string): Promise<string> => {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
  )
  return texts.join('\n')
}

describe('the mirror of a project', () => {
  test('follows branches, tags and the head of its repository', async () => {
    const first = await repository.git('rev-parse', 'HEAD')
    await repository.git('branch', 'old')
    await repository.git('tag', '-a', 'v1', '-m', 'one')
    await fetch(repository.root)
    expect(await head()).toEqual({ commit: first, subject: 'first', branch: 'main' })

    await repository.write({ 'main.tf': '# two' })
    const second = await repository.commit('second: ü')
    await repository.git('branch', '-D', 'old')
    await repository.git('branch', 'old/new')
    await fetch(repository.root)
    expect(await head()).toEqual({ commit: second, subject: 'second: ü', branch: 'main' })
    expect((await inMirror('for-each-ref', '--format=%(refname)')).trim().split('\n')).toEqual([
      'refs/heads/main',
      'refs/heads/old/new',
      'refs/portolan/head',
      'refs/tags/v1',
    ])
    expect(await resolveRef(places, projectId, 'v1')).toBe(first)
    await expect(head('old')).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('follows a branch that was rewritten, and one that became the main one', async () => {
    await fetch(repository.root)
    await repository.git('commit', '--quiet', '--amend', '-m', 'rewritten')
    await repository.git('branch', '--move', 'trunk')
    await fetch(repository.root)
    expect(await head()).toMatchObject({ subject: 'rewritten', branch: 'trunk' })
  })

  test('has no head while there is no commit', async () => {
    const empty = await aRepository()
    await fetch(empty.root)
    expect(await head()).toBeUndefined()
    await empty.write({ 'main.tf': '' })
    const commit = await empty.commit()
    await fetch(empty.root)
    expect(await head()).toMatchObject({ commit })
    await empty.dispose()
  })

  test('is fetched over HTTP with a password that is kept nowhere', async () => {
    const url = await serve({ login: 'ada:s3cret-p%ss' })
    const address = `${url.replace('://', '://ada:s3cret-p%25ss@')}`
    await fetch(address)
    const before = server?.requests.length ?? 0
    expect(await head()).toMatchObject({ subject: 'first' })
    await repository.write({ 'main.tf': '# two' })
    await repository.commit('second')
    await fetch(address)
    expect(await head()).toMatchObject({ subject: 'second' })
    await fetch(address)
    expect(server?.requests.length).toBeGreaterThan(before)
    const kept = await everything(places.dataDirectory)
    expect(kept).not.toContain('s3cret')
    expect(kept).not.toContain(Buffer.from('ada:s3cret-p%ss').toString('base64'))
  })

  test('says what is wrong with a login, and nothing of it', async () => {
    const url = await serve({ login: 'ada:right' })
    const given = url.replace('://', '://ada:wrong-s3cret@')
    for (const address of [url, given]) {
      const error = await fetch(address).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'unavailable', next: expect.stringMatching(/token/) })
      expect(JSON.stringify([String(error), error])).not.toContain('s3cret')
    }
    await expect(readdir(mirrorOf(places, projectId))).rejects.toThrow()
  })

  test('does not follow to another server with the password, nor to another protocol', async () => {
    const seen: string[] = []
    const other = await gitOverHttp({
      root: path.dirname(repository.root),
      before: (request, response) => {
        seen.push(request.headers.authorization ?? '-')
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
        return true
      },
    })
    const url = await serve({
      before: (request, response) => {
        response
          .writeHead(302, {
            Location: `${other.url.replace('127.0.0.1', 'localhost')}${request.url}`,
          })
          .end()
        return true
      },
    })
    await expect(fetch(url.replace('://', '://ada:s3cret@'))).rejects.toThrow()
    expect(seen.filter((one) => one !== '-')).toEqual([])
    await other.close()
  })

  test('is fetched by two at once, one after the other', async () => {
    const url = await serve()
    await Promise.all([fetch(url), fetch(url), fetch(url)])
    expect(await head()).toMatchObject({ subject: 'first' })
    expect(await readdir(path.dirname(mirrorOf(places, projectId)))).toEqual([
      projectId,
      `${projectId}.claims`,
    ])
  })

  test('is none before it is whole: its process was killed while it cloned', async () => {
    let stalled = true
    const posts = () => server?.requests.filter((one) => one.startsWith('POST')).length ?? 0
    // The first two only ask for refs.
    const url = await serve({ before: () => stalled && posts() >= 3 })
    const service = new URL('./fetch-service.ts', import.meta.url).href
    const source = new URL('./source.ts', import.meta.url).href
    const script = `const { fetchMirror } = await import(${JSON.stringify(service)})
      const { parseSource } = await import(${JSON.stringify(source)})
      await fetchMirror(${JSON.stringify(places)}, '${projectId}', parseSource(${JSON.stringify(url)}))`
    const child = execFile(process.execPath, ['--input-type=module', '-e', script])
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const drafts = async () =>
      (await readdir(path.join(places.dataDirectory, 'mirrors')).catch(() => [])).filter((name) =>
        name.includes('.new-'),
      )
    await expect.poll(drafts, { timeout: 20_000 }).toHaveLength(1)
    await expect.poll(posts).toBe(3)
    child.kill('SIGKILL')
    await ended
    await expect(readdir(mirrorOf(places, projectId))).rejects.toThrow()
    stalled = false
    await fetch(url)
    expect(await head()).toMatchObject({ subject: 'first' })
    expect(await drafts()).toEqual([])
  })

  test('that takes too long, or is not wanted any more, is given up', async () => {
    const control = new AbortController()
    let asked = () => {}
    const url = await serve({
      before: () => {
        asked()
        return true
      },
    })
    await expect(fetch(url, { timeout: 300 })).rejects.toThrow(/did not end in time/)
    asked = () => control.abort()
    await expect(fetch(url, { signal: control.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  test.each([
    ['/does/not/exist', /\/does\/not\/exist could not be fetched/],
    ['http://127.0.0.1:1/x', /could not be fetched/],
  ])('cannot be made of %s', async (address, message) => {
    await expect(fetch(address)).rejects.toThrow(message)
  })

  test('runs nothing that its repository or the machine has configured', async () => {
    const trace = path.join(places.dataDirectory, 'trace')
    await mkdir(path.join(repository.root, '.git/hooks'), { recursive: true })
    await writeFile(
      path.join(places.dataDirectory, '.gitconfig'),
      `[core]\n\thooksPath = ${places.dataDirectory}/hooks\n`,
    )
    await mkdir(path.join(places.dataDirectory, 'hooks'))
    const hook = path.join(places.dataDirectory, 'hooks/reference-transaction')
    await writeFile(hook, `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 })
    await fetch(repository.root)
    await expect(readFile(trace)).rejects.toThrow()
  })
})

describe('what a mirror is asked for', () => {
  test('a name is a branch, a tag or a commit, and nothing that git would compute', async () => {
    const first = await repository.git('rev-parse', 'HEAD')
    await repository.git('tag', 'deadbeef')
    await fetch(repository.root)
    const resolve = (ref: string) => resolveRef(places, projectId, ref)
    for (const ref of ['main', 'HEAD', first, first.slice(0, 8), 'deadbeef', 'refs/heads/main']) {
      expect(await resolve(ref)).toBe(first)
    }
    for (const ref of [
      '--all',
      'main~1',
      'HEAD^',
      '@{-1}',
      'a..b',
      ':/first',
      'main:main.tf',
      '',
    ]) {
      await expect(resolve(ref)).rejects.toMatchObject({ code: 'invalid' })
    }
    for (const ref of ['nothing', 'f'.repeat(40), '../../HEAD']) {
      await expect(resolve(ref)).rejects.toMatchObject({
        code: expect.stringMatching(/invalid|not_found/),
      })
    }
  })

  test('it knows the commits that its refs lead to', async () => {
    const first = await repository.git('rev-parse', 'HEAD')
    const tree = await repository.git('rev-parse', 'HEAD^{tree}')
    await repository.write({ 'main.tf': '# two' })
    const second = await repository.commit()
    await fetch(repository.root)
    await repository.git('reset', '--quiet', '--hard', first)
    await fetch(repository.root)
    const asked = [second, first, tree, 'f'.repeat(40), first]
    expect(await knownCommits(places, projectId, asked)).toEqual([first])
    expect(await knownCommits(places, projectId, [])).toEqual([])
  })
})

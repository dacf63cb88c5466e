import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const portolan = fileURLToPath(new URL('../../../bin/portolan.mjs', import.meta.url))
const recorder = new URL('../../../test/support/loaded-modules.mjs', import.meta.url)

let home: string

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'portolan-services-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** What a command that asks for something loads; there is neither a database nor a server. */
function loadedBy(more: Readonly<Record<string, string>>): Promise<string> {
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', ...more }
  const words = ['--import', recorder.href, portolan, 'history', 'db@dev']
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env, cwd: home }, (_error, _stdout, stderr) => {
      resolve(stderr)
    })
  })
}

const asking = /src\/(api|cli\/remote)\/|hono\/dist\/client/

test('only who names a server loads what asks one, and then opens no database', async () => {
  const here = await loadedBy({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
  expect(here).toContain('cannot be used')
  expect(here).not.toMatch(asking)
  const there = await loadedBy({ PORTOLAN_URL: 'http://127.0.0.1:9' })
  expect(there).toContain('http://127.0.0.1:9 cannot be reached')
  expect(there).toMatch(asking)
  expect(there).not.toMatch(/src\/app\/context\.ts/)
})

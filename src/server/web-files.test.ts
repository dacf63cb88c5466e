import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWebFiles, type WebFiles } from './web-files.ts'

let directory: string
let files: WebFiles

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'portolan-web-'))
  await mkdir(path.join(directory, 'assets'))
  await writeFile(path.join(directory, 'index.html'), '<p>page</p>')
  await writeFile(path.join(directory, 'assets/index-1a2b.js'), 'script()')
  files = await readWebFiles(directory)
})

afterAll(() => rm(directory, { recursive: true, force: true }))

const answer = async (asked: string) => {
  const response = await files.answer({ path: asked, headers: new Headers() })
  return response?.text()
}

test.for(['/', '/changes/7', '/projects/my.shop', '/projects/shop/workspaces/api.v2%40prod'])(
  '%s is a page',
  async (asked) => {
    expect(await answer(asked)).toBe('<p>page</p>')
  },
)

test.for(['/favicon.ico', '/robots.txt', '/assets/gone-9f.js', '/assets/gone'])(
  '%s is a file that there is not',
  async (asked) => {
    expect(await answer(asked)).toBeUndefined()
  },
)

test('a script is answered as it is, and kept for ever', async () => {
  const response = await files.answer({ path: '/assets/index-1a2b.js', headers: new Headers() })
  expect(response?.headers.get('cache-control')).toContain('immutable')
  expect(await response?.text()).toBe('script()')
})

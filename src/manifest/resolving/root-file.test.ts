import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readerOf } from './root-file.ts'

let outside = ''
let root = ''

beforeAll(async () => {
  outside = await mkdtemp(path.join(tmpdir(), 'portolan-reader-'))
  root = path.join(outside, 'repository')
  await mkdir(path.join(root, 'conf'), { recursive: true })
  await writeFile(path.join(outside, 'secret.txt'), 'secret')
  await writeFile(path.join(root, 'conf/app.txt'), 'hello')
  await symlink('conf/app.txt', path.join(root, 'link.txt'))
  await symlink('../secret.txt', path.join(root, 'out.txt'))
  await symlink('..', path.join(root, 'up'))
  await symlink('round', path.join(root, 'round'))
  await symlink(root, path.join(outside, 'alias'))
})

afterAll(() => rm(outside, { recursive: true, force: true }))

test.each([
  ['conf/app.txt', 'hello'],
  ['link.txt', 'hello'],
  ['up/repository/conf/app.txt', 'hello'],
  ['none.txt', undefined],
  ['conf', undefined],
  ['.', undefined],
  ['conf/app.txt/x', undefined],
  ['../secret.txt', undefined],
  ['out.txt', undefined],
  ['up/secret.txt', undefined],
  ['round', undefined],
  ['a\0b', undefined],
  ['x'.repeat(5000), undefined],
])('%s', (file, expected) => {
  expect(readerOf(root)(file)).toBe(expected)
  expect(readerOf(path.join(outside, 'alias'))(file)).toBe(expected)
})

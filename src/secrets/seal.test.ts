import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSeal, loadInstanceKey } from './index.ts'

const key = randomBytes(32)
const secret = Buffer.from('db_password = "correct horse battery staple"')

describe('sealing', () => {
  test('opens what it sealed, whatever the bytes', () => {
    const seal = createSeal(key, 'plan file')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        expect(seal.open(seal.seal(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  test('shows nothing of the text, and seals the same text differently each time', () => {
    const seal = createSeal(key, 'plan file')
    const first = seal.seal(secret)
    const second = seal.seal(secret)

    expect(first.includes('battery')).toBe(false)
    expect(first.equals(second)).toBe(false)
  })

  test('refuses what was altered in any single bit, or cut anywhere', () => {
    const seal = createSeal(key, 'plan file')
    const sealed = seal.seal(secret)
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        const altered = Buffer.from(sealed)
        altered[at] = (altered[at] ?? 0) ^ (1 << bit)
        expect(() => seal.open(altered)).toThrow(/cannot be opened/)
        expect(() => seal.open(sealed.subarray(0, at))).toThrow(/cannot be opened/)
      }),
    )
  })

  test('refuses what was sealed for another purpose or with another key', () => {
    const sealed = createSeal(key, 'plan file').seal(secret)

    expect(() => createSeal(key, 'variable').open(sealed)).toThrow(
      /sealed variable cannot be opened/,
    )
    expect(() => createSeal(randomBytes(32), 'plan file').open(sealed)).toThrow(/instance key/)
  })

  test('says so when a newer version sealed it', () => {
    const seal = createSeal(key, 'plan file')
    const sealed = seal.seal(secret)
    sealed[0] = 2

    expect(() => seal.open(sealed)).toThrow(/newer Portolan/)
  })

  test('takes a key of 32 bytes only', () => {
    expect(() => createSeal(randomBytes(16), 'plan file')).toThrow(/16 bytes instead of 32/)
  })
})

describe('the instance key', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'portolan-key-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('is made once, for its owner only, and nothing else is left behind', async () => {
    const file = path.join(directory, 'new', 'instance.key')
    const made = await loadInstanceKey(file)

    expect(made).toHaveLength(32)
    expect(await loadInstanceKey(file)).toEqual(made)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(path.dirname(file))).toEqual(['instance.key'])
  })

  test('is the same for everybody who asks at the same time', async () => {
    const file = path.join(directory, 'instance.key')
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadInstanceKey(file)))

    expect(new Set(keys.map((each) => each.toString('hex'))).size).toBe(1)
  })

  test('is refused when the group or anybody may read it', async () => {
    const file = path.join(directory, 'instance.key')
    await loadInstanceKey(file)
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(file, mode)
      await expect(loadInstanceKey(file)).rejects.toMatchObject({
        code: 'unavailable',
        next: `Run: chmod 600 ${file}`,
      })
    }
  })

  test('is never replaced when it is damaged', async () => {
    const file = path.join(directory, 'instance.key')
    await writeFile(file, 'short', { mode: 0o600 })

    await expect(loadInstanceKey(file)).rejects.toThrow(/has 5 bytes instead of 32/)
    expect((await stat(file)).size).toBe(5)
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ancestors,
  dataDirectoryName,
  mayPass,
  parseDataDirectoryName,
  socketDirectories,
  socketIn,
  systemPlace,
} from './paths.ts'

test('every candidate for a socket fits into the address of a socket', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ maxLength: 300 }),
      (runtime, root) => {
        const found = socketDirectories(`/${root}`, `/${runtime}`, '-old')
        expect(found.length).toBeGreaterThan(0)
        for (const directory of found)
          expect(Buffer.byteLength(socketIn(directory))).toBeLessThan(104)
      },
    ),
  )
})

test("the person's runtime directory comes first, and two repositories never share one", () => {
  const [shop] = socketDirectories('/home/ann/shop', '/run/user/1000', '')
  const [blog] = socketDirectories('/home/ann/blog', '/run/user/1000', '')
  expect(shop).toMatch(/^\/run\/user\/1000\/portolan-[0-9a-f]{16}$/)
  expect(blog).not.toBe(shop)
})

test('two repositories of one name have two places of the system', () => {
  const place = systemPlace('/var/lib/portolan', '/root/a/shop')
  expect(place).toMatch(/^\/var\/lib\/portolan\/clusters\/shop-[0-9a-f]{16}$/)
  expect(systemPlace('/var/lib/portolan', '/root/b/shop')).not.toBe(place)
})

test('a data directory is named after its version and its maker', () => {
  const name = dataDirectoryName(18, 4711, '0a1b2c3d')
  expect(parseDataDirectoryName(name)).toEqual({ major: 18, maker: 4711 })
  expect(parseDataDirectoryName(`${name}-before-upgrade`)).toEqual({ major: 18, maker: 4711 })
  expect(parseDataDirectoryName('config')).toBeUndefined()
})

test('who may pass a directory: the owner, the group, all, in this order', () => {
  const user = { uid: 65534, gid: 65534 }
  const cases = [
    [{ uid: 0, gid: 0, mode: 0o755 }, true],
    [{ uid: 0, gid: 0, mode: 0o750 }, false],
    [{ uid: 0, gid: 65534, mode: 0o710 }, true],
    [{ uid: 0, gid: 65534, mode: 0o701 }, false],
    [{ uid: 65534, gid: 0, mode: 0o700 }, true],
    [{ uid: 65534, gid: 0, mode: 0o055 }, false],
  ] as const
  for (const [directory, expected] of cases) expect(mayPass(directory, user)).toBe(expected)
})

test('everything above a directory', () => {
  expect(ancestors('/root/.local/share')).toEqual([
    '/',
    '/root',
    '/root/.local',
    '/root/.local/share',
  ])
})

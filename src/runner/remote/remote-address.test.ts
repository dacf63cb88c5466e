import { describe, expect, test } from 'vitest'
import { parseRemoteAddress } from './remote-address.ts'

describe('the address of a root module in another repository', () => {
  test.each([
    [
      'git::https://example.com/infra.git//modules/net?ref=v1',
      'https://example.com/infra.git',
      'modules/net',
      'v1',
    ],
    ['git::https://example.com/infra.git', 'https://example.com/infra.git', '', undefined],
    [
      'git::ssh://git@example.com:22/infra.git//net/?ref=a/b',
      'ssh://git@example.com:22/infra.git',
      'net',
      'a/b',
    ],
    [
      'git::git@example.com:team/infra.git//net',
      'git@example.com:team/infra.git',
      'net',
      undefined,
    ],
    ['git::file:///srv/infra//net', 'file:///srv/infra', 'net', undefined],
    ['git::/srv/infra//net?ref=main', '/srv/infra', 'net', 'main'],
    [
      'git::https://example.com/infra.git?depth=1&ref=v1',
      'https://example.com/infra.git',
      '',
      'v1',
    ],
  ])('%s', (address, url, path, ref) => {
    expect(parseRemoteAddress(address)).toMatchObject({ url, path, ref })
  })

  test('gives up its login, which is shown nowhere', () => {
    const parsed = parseRemoteAddress('git::https://me:p%40ss@example.com/infra.git//net?ref=v1')
    expect(parsed).toEqual({
      url: 'https://example.com/infra.git',
      login: { user: 'me', password: 'p@ss' },
      path: 'net',
      ref: 'v1',
      shown: 'git::https://example.com/infra.git//net?ref=v1',
    })
    expect(parseRemoteAddress('git::ssh://git:word@example.com/infra').url).toBe(
      'ssh://git@example.com/infra',
    )
  })

  test.each([
    ['git::ext::sh -c touch% /tmp/x', 'is no address of a git repository'],
    ['git::-oProxyCommand=x', 'is no address of a git repository'],
    ['git::relative/path', 'is no address of a git repository'],
    ['git::https://example.com/infra.git//../../etc', 'leads out of its repository'],
    ['git::https://example.com/infra.git//a/.git/hooks', 'leads out of its repository'],
    ['git::https://example.com/infra.git?ref=--upload-pack=x', 'has a ref that is no name'],
    ['git::https://example.com/infra.git?ref=a%20b', 'has a ref that is no name'],
    ['git::https://example.com/infra.git?ref=', 'has a ref that is no name'],
    ['git::https://example.com/infra.git?sshkey=SECRET', 'has the parameter sshkey'],
  ])('is refused: %s', (address, reason) => {
    expect(() => parseRemoteAddress(address)).toThrow(reason)
    expect(() => parseRemoteAddress(address)).not.toThrow('SECRET')
  })
})

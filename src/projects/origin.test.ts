import { describe, expect, test } from 'vitest'
import { lastSegment, normaliseOrigin } from './origin.ts'

describe('the origin of a repository', () => {
  test.each([
    'git@github.com:shop/infra.git',
    'https://github.com/shop/infra',
    'https://GitHub.com/shop/infra.git/',
    'https://ada:token@github.com:443/shop/infra.git',
    'ssh://git@github.com:22/shop/infra.git',
    'git://github.com/shop/infra',
    'github.com:shop/infra',
  ])('%s is github.com/shop/infra', (address) => {
    expect(normaliseOrigin(address, '/work')).toBe('github.com/shop/infra')
  })

  test('the case of a path, another port and another host make another repository', () => {
    const all = [
      'https://github.com/shop/infra',
      'https://github.com/Shop/infra',
      'https://github.com:8443/shop/infra',
      'https://gitlab.com/shop/infra',
    ].map((address) => normaliseOrigin(address, '/work'))
    expect(new Set(all).size).toBe(all.length)
  })

  test('a directory is one by its absolute path', () => {
    expect(normaliseOrigin('../infra.git', '/work/clone')).toBe('file:///work/infra.git')
    expect(normaliseOrigin('file:///work/infra.git', '/')).toBe('file:///work/infra.git')
    expect(normaliseOrigin('/work/in%fra', '/')).toBe('file:///work/in%fra')
  })

  test('its name is the last segment', () => {
    expect(lastSegment('github.com/shop/infra')).toBe('infra')
    expect(lastSegment('file:///work/infra.git')).toBe('infra')
  })
})

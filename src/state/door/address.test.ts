import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressPath, parseAddress } from './address.ts'

// Names from the characters that make trouble in paths, mixed with any others.
const character = fc.oneof(
  fc.constantFrom(
    ...'aA.@/%\\ ?#+:;~*\t\0\u00e9e\u0301\u202e',
    '%2f',
    '%2F',
    '%40',
    '..',
    './',
    'root',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
)
const name = fc.array(character, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
const address = fc.record({ project: name, component: name, environment: name })

function read(path: string) {
  try {
    return parseAddress(path)
  } catch {
    return undefined
  }
}

describe('addresses of states', () => {
  test('names come back exactly, or are refused; so distinct names never meet', () => {
    let understood = 0
    fc.assert(
      fc.property(address, (names) => {
        const back = read(addressPath(names))
        if (back === undefined) return
        understood += 1
        expect(back).toEqual(names)
      }),
      { numRuns: 3000 },
    )
    expect(understood).toBeGreaterThan(100)
  })

  test('whatever is sent is refused or is a name without traps', () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (parts) => {
        const back = read(`/state/${parts.join('')}`)
        if (back === undefined) return
        expect(back.project).not.toMatch(/[/@\0]|^\.{0,2}$/)
        expect(back.environment).not.toMatch(/[/@\0\s]|^\.{0,2}$/)
        if (back.component === './root') return
        for (const segment of back.component.split('/'))
          expect(segment).not.toMatch(/[@\0]|^\.{0,2}$/)
      }),
      { numRuns: 3000 },
    )
  })

  test.for([
    ['/state/shop/network@prod', 'shop', 'network', 'prod'],
    ['/state/shop/infra/network/eu@prod', 'shop', 'infra/network/eu', 'prod'],
    ['/state/sh%6Fp/n%C3%A9@prod', 'shop', 'né', 'prod'],
    ['/state/shop/a%252fb@prod', 'shop', 'a%2fb', 'prod'],
    ['/state/shop/a%20@prod', 'shop', 'a ', 'prod'],
    ['/state/shop/.%2Froot@prod', 'shop', './root', 'prod'],
    ['/state/shop/network%40prod', 'shop', 'network', 'prod'],
  ] as const)('reads %s', ([path, project, component, environment]) => {
    expect(parseAddress(path)).toEqual({ project, component, environment })
  })

  test.for([
    '/state/',
    '/state/shop',
    '/state/shop/',
    '/state/shop/network',
    '/state/shop/network@',
    '/state/shop/@prod',
    '/state//network@prod',
    '/state/shop//network@prod',
    '/state/shop/network@prod/',
    '/state/shop/network@prod//',
    '/state/shop/./network@prod',
    '/state/shop/../network@prod',
    '/state/shop/x/%2e%2E/network@prod',
    '/state/shop/a%2fb@prod',
    '/state/sh%2Fop/b@prod',
    '/state/shop/./root@prod',
    '/state/shop/b@pr%2fod',
    '/state/shop/b@a@prod',
    '/state/shop/b%40a@prod',
    '/state/shop/a%00b@prod',
    '/state/shop/a%0Ab@prod',
    '/state/shop/a%FFb@prod',
    '/state/shop/a%zzb@prod',
    '/state/shop/a%@prod',
    '/state/shop/b@prod%20',
    `/state/shop/${'b'.repeat(1001)}@prod`,
    `/state/shop/b@${'é'.repeat(101)}`,
    '/State/shop/b@prod',
    '/statex/shop/b@prod',
    'http://elsewhere/state/shop/b@prod',
  ])('refuses %s', (path) => {
    expect(() => parseAddress(path)).toThrow('the address of the state cannot be read')
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cheapPasswords } from '../../../test/support/access.ts'
import { checkNewPassword, createPasswords } from './password.ts'
import { createTurnstile } from './turnstile.ts'

describe('passwords', () => {
  test('a password is known again, and no other; the same one is stored differently each time', async () => {
    const passwords = cheapPasswords()
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        async (one, other) => {
          const stored = await passwords.hash(one)
          expect(await passwords.matches(one, stored)).toBe(true)
          expect(await passwords.matches(other, stored)).toBe(
            one.normalize('NFKC') === other.normalize('NFKC'),
          )
          expect(await passwords.hash(one)).not.toBe(stored)
        },
      ),
    )
  })

  test('what is stored names its parameters, and never holds the password', async () => {
    const stored = await createPasswords().hash('correct horse battery')

    expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
    expect(stored).not.toContain('horse')
    expect(await createPasswords().matches('correct horse battery', stored)).toBe(true)
  })

  test('a password that was stored at another cost is still known, and to be renewed', async () => {
    const stored = await cheapPasswords().hash('correct horse battery')
    const dearer = createPasswords({ logN: 5, blockSize: 1, parallel: 1 })

    expect(await dearer.matches('correct horse battery', stored)).toBe(true)
    expect(dearer.isOutdated(stored)).toBe(true)
    expect(cheapPasswords().isOutdated(stored)).toBe(false)
  })

  test('however a keyboard composes its letters, it is the same password', async () => {
    const stored = await cheapPasswords().hash('pass\u00e9 compos\u00e9')

    expect(await cheapPasswords().matches('passe\u0301 compose\u0301', stored)).toBe(true)
  })

  test('without a stored one nothing matches, and scrypt is asked all the same', async () => {
    expect(await cheapPasswords().matches('', undefined)).toBe(false)
    // With parameters that scrypt refuses it shows that it was asked.
    const impossible = createPasswords({ logN: 0, blockSize: 1, parallel: 1 })
    await expect(impossible.matches('x', undefined)).rejects.toThrow(/scrypt/i)
  })

  test('what is too long to be a password costs nothing', async () => {
    const impossible = createPasswords({ logN: 0, blockSize: 1, parallel: 1 })

    expect(await impossible.matches('x'.repeat(1001), undefined)).toBe(false)
  })

  test.for([
    '',
    'plain',
    `$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`,
    `$scrypt$ln=15,r=8000,p=1$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`,
    '$scrypt$ln=4,r=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$',
  ])('what is stored as %j matches nothing', async (stored) => {
    expect(await cheapPasswords().matches('', stored)).toBe(false)
    expect(await cheapPasswords().matches('plain', stored)).toBe(false)
  })

  test.for([
    ['short', 'fewer than 12'],
    ['😀😀😀😀😀😀', 'fewer than 12'],
    ['aaaaaaaaaaaaaaaaaa', 'the same few'],
    ['abababababababab', 'the same few'],
    ['alice-alice-alice1', 'little more than the name'],
    [`${'horse battery '.repeat(80)}`, 'more than 1000'],
    ['correct horse \ud800', 'halves'],
  ] as const)('refuses to choose %j', ([chosen, why]) => {
    expect(() => checkNewPassword(chosen, 'alice')).toThrow(why)
  })

  test('takes words, in any writing', () => {
    for (const fine of ['correct horse battery', 'верный конь батарея', '🐎🔋📎✅ mixed too'])
      expect(() => checkNewPassword(fine, 'alice')).not.toThrow()
  })
})

describe('a turnstile', () => {
  test('never lets more through at a time, keeps few waiting and refuses the rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        async (running, waiting, works) => {
          const turnstile = createTurnstile({ running, waiting })
          let inside = 0
          let most = 0
          const results = await Promise.allSettled(
            works.map((fails) =>
              turnstile.pass(async () => {
                inside += 1
                most = Math.max(most, inside)
                await new Promise((resolve) => setImmediate(resolve))
                inside -= 1
                if (fails) throw new Error('work failed')
              }),
            ),
          )
          expect(most).toBe(Math.min(running, works.length))
          const refused = results.filter(
            (one) => one.status === 'rejected' && one.reason.code === 'unavailable',
          )
          expect(refused).toHaveLength(Math.max(0, works.length - running - waiting))
          // What failed left its place too.
          await turnstile.pass(async () => undefined)
        },
      ),
      { numRuns: 30 },
    )
  })
})

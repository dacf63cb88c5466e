import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AccountName } from '../../../../src/api/people/schema.ts'
import { accountNameOf, accountNamePattern } from './account-name.ts'

test.for([
  ['Ada Lovelace', 'ada.lovelace'],
  ['José Ñandú', 'jose.nandu'],
  ["  Grace O'Hopper ", 'grace.o.hopper'],
  ['李', ''],
] as const)('%s becomes %j', ([fullName, name]) => {
  expect(accountNameOf(fullName)).toBe(name)
})

test('what is made of any name is empty or accepted by the server, and by the form', () => {
  const form = new RegExp(`^${accountNamePattern}$`, 'v')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (fullName) => {
      const name = accountNameOf(fullName)
      expect(name === '' || (AccountName.safeParse(name).success && form.test(name))).toBe(true)
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor, mask } from './redact.ts'

const secret = fc
  .string({ minLength: 6, maxLength: 40, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 6 && !mask.includes(text.trim()))

test('a secret is found as it is, in JSON, in a URL and in base64, wherever it stands', () => {
  fc.assert(
    fc.property(secret, fc.string(), (value, around) => {
      const redactor = createRedactor([value])
      const shown = redactor.redact(`${around}${value}${around}`)
      expect(shown).toContain(mask)
      expect(redactor.redact(JSON.stringify({ a: value }))).toContain(mask)
      expect(redactor.redact(`x?y=${encodeURIComponent(value.trim())}&z`)).toContain(mask)
    }),
  )
  for (const before of ['', 'u:', 'us:', 'use:']) {
    const redactor = createRedactor(['long-enough-secret'])
    const shown = redactor.redact(
      Buffer.from(`${before}long-enough-secret@host`).toString('base64'),
    )
    expect(shown).toContain(mask)
  }
})

test('what Go escapes in JSON is found too', () => {
  const redactor = createRedactor(['a<b>&"c\\'])
  expect(redactor.redact('a\\u003cb\\u003e\\u0026\\"c\\\\')).toBe(mask)
})

test('each line of a secret with several lines is one', () => {
  const redactor = createRedactor(['BEGIN-KEY\n  line-one\n\n  line-two\nend'])
  expect(redactor.redact('      line-one\n      line-two\n      end')).toBe(
    `      ${mask}\n      ${mask}\n      end`,
  )
})

test('short values are no secrets, and the longest match wins', () => {
  const redactor = createRedactor(['short', '', 'secret-1', 'secret-1234'])
  expect(redactor.redact('short secret-1234 secret-12')).toBe(`short ${mask} ${mask}2`)
  expect(redactor.longest).toBeGreaterThanOrEqual(11)
})

test('it learns', () => {
  const redactor = createRedactor(['first-secret'])
  expect(redactor.redact('second-secret')).toBe('second-secret')
  redactor.add(['second-secret'])
  expect(redactor.redact('first-secret second-secret')).toBe(`${mask} ${mask}`)
})

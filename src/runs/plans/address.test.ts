import { describe, expect, test } from 'vitest'
import { configAddress, coversAddress, matchesGlob } from './address.ts'

describe('addresses', () => {
  test.each([
    ['module.a["x"].t.n[0]', 'module.a.t.n'],
    ['t.n["a]b.c"]', 't.n'],
    ['t.n["say \\"]\\" twice"].x', 't.n.x'],
    ['t.n', 't.n'],
  ])('%s stands in the configuration as %s', (address, expected) => {
    expect(configAddress(address)).toBe(expected)
  })

  test.each([
    ['module.data.*', 'module.data.aws_s3_bucket.a', true],
    ['module.data', 'module.data["eu"].aws_s3_bucket.a[0]', true],
    ['module.data', 'module.database.aws_s3_bucket.a', false],
    ['aws_db_instance.main', 'aws_db_instance.main[3]', true],
    ['aws_db_instance.main[3]', 'aws_db_instance.main[4]', false],
    ['*.aws_db_instance.*', 'module.a.aws_db_instance.b', true],
    ['a*b*a', 'aba', true],
    ['ab*ba', 'aba', false],
    ['a*b*b', 'ab', false],
    ['*', 'anything.at.all', true],
    ['(.*', 'x', false],
  ])('%s covers %s: %s', (pattern, address, expected) => {
    expect(coversAddress(pattern, address)).toBe(expected)
  })

  test('a pattern with many stars does not take forever', () => {
    expect(matchesGlob('a'.repeat(20_000), `${'*a'.repeat(50)}*b`)).toBe(false)
  })
})

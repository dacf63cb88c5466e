import { describe, expect, test } from 'vitest'
import { meetsConstraint, parseVersionConstraint } from './version-constraint.ts'

function meets(version: string, text: string): boolean {
  const constraint = parseVersionConstraint(text)
  if (constraint === undefined) throw new Error(`no constraint: ${text}`)
  return meetsConstraint(version, constraint)
}

describe('a constraint on the version', () => {
  test.each([
    ['1.11.4', '~> 1.11', true],
    ['1.12.0', '~> 1.11', true],
    ['2.0.0', '~> 1.11', false],
    ['1.10.9', '~> 1.11', false],
    ['1.11.4', '~> 1.11.2', true],
    ['1.11.1', '~> 1.11.2', false],
    ['1.12.0', '~> 1.11.2', false],
    ['3.0.0', '~> 1', true],
    ['1.11.4', '1.11.4', true],
    ['1.11.4', '= 1.11.3', false],
    ['1.11.4', '!= 1.11.4', false],
    ['1.11.0', '1.11', true],
    ['1.11.4', '>= 1.9, < 1.12', true],
    ['1.12.0', '>=1.9,<1.12', false],
    ['1.11.4', '> 1.11.4', false],
    ['1.11.4', '<= 1.11.4', true],
    ['1.10.0', '> 1.9.9', true],
    ['1.11.4', 'v1.11.4', true],
  ])('%s and %s: %s', (version, text, expected) => {
    expect(meets(version, text)).toBe(expected)
  })

  test('takes a pre-release only when it names one of the same release', () => {
    expect(meets('1.12.0-beta2', '>= 1.11')).toBe(false)
    expect(meets('1.12.0-beta2', '~> 1.12')).toBe(false)
    expect(meets('1.12.0-beta2', '>= 1.12.0-beta1')).toBe(true)
    expect(meets('1.12.0-beta10', '> 1.12.0-beta9')).toBe(true)
    expect(meets('1.12.0-beta2', '< 1.12.0')).toBe(false)
    expect(meets('1.12.0', '>= 1.12.0-beta1')).toBe(true)
    expect(meets('1.12.0-beta2', '= 1.12.0-beta2')).toBe(true)
    expect(meets('1.12.0-beta2', '1.12.0')).toBe(false)
  })

  test.each(['', '~>', 'latest', '1.2.3.4', '>= 1.1 < 2', '^1.2', '~> 1.x', '1.1,'])(
    'is not %j',
    (text) => {
      expect(parseVersionConstraint(text)).toBeUndefined()
    },
  )
})

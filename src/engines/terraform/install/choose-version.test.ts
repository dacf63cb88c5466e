import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions } from '../version.ts'
import { meetsConstraint, parseVersionConstraint } from '../version-constraint.ts'
import { chooseVersion, exactVersion, isVersion } from './choose-version.ts'

const wanted = (...texts: string[]) => ({
  oldest: '0.0.0',
  texts,
  constraints: texts.map((text) => parseVersionConstraint(text) ?? []),
})

const released = ['1.5.7', '1.9.8', '1.10.0', '1.10.5', '1.11.0-rc1', '1.11.4', '1.12.0-beta1']

test.for([
  [['~> 1.10.0'], '1.10.5'],
  [['>= 1.5', '< 1.10'], '1.9.8'],
  [['~> 1.9'], '1.11.4'],
  [[], '1.11.4'],
  [['1.9.8'], '1.9.8'],
  [['= 1.12.0-beta1'], '1.12.0-beta1'],
  [['>= 1.12.0-beta1'], undefined],
  [['> 1.11.4'], undefined],
  [['~> 1.10.0', '!= 1.10.5'], '1.10.0'],
  [['1.9.8', '~> 1.10'], undefined],
] as const)('of what is released %j takes %s', ([texts, version]) => {
  expect(chooseVersion(released, wanted(...texts))).toBe(version)
})

test('what is too old for Portolan is not taken', () => {
  expect(chooseVersion(['1.4.9'], { ...wanted('1.4.9'), oldest: '1.5.0' })).toBeUndefined()
})

test('nothing that is no version is taken: it becomes the name of a directory', () => {
  const strange = ['../../etc', '1.2', '1.2.3/..', '', '1.2.3-', '1.2.3-a b', 'latest']
  expect(strange.filter(isVersion)).toEqual([])
  expect(chooseVersion(strange, wanted())).toBeUndefined()
})

test('one that is named by fewer parts is the first of them', () => {
  expect(exactVersion(wanted('= 1.9'))).toBe('1.9.0')
  expect(exactVersion(wanted('~> 1.9', '1.9.4-rc2'))).toBe('1.9.4-rc2')
  expect(exactVersion(wanted('>= 1.9'))).toBeUndefined()
})

const number = fc.nat(4)
const release = fc.tuple(number, number, number).map((parts) => parts.join('.'))
const constraint = fc
  .tuple(fc.constantFrom('', '=', '!=', '>', '>=', '<', '<=', '~>'), release)
  .map(([operator, version]) => `${operator} ${version}`.trim())

test('what is chosen meets everything, and nothing higher does', () => {
  fc.assert(
    fc.property(fc.array(release), fc.array(constraint, { maxLength: 3 }), (versions, texts) => {
      const asked = wanted(...texts)
      const chosen = chooseVersion(versions, asked)
      const fitting = versions.filter((one) =>
        asked.constraints.every((each) => meetsConstraint(one, each)),
      )
      if (chosen === undefined) expect(fitting).toEqual([])
      else {
        expect(fitting).toContain(chosen)
        for (const one of fitting) expect(compareVersions(chosen, one)).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

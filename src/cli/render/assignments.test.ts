import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignments } from './assignments.ts'

const output = (name: string, value: Parameters<typeof assignments>[0][number]['value']) => ({
  name,
  value,
  type: 'string' as const,
  sensitive: false,
})

test('names in capitals, what is no text as JSON', () => {
  expect(
    assignments([
      output('host', 'db.internal'),
      output('subnet-ids', ['a', 'b']),
      output('2nd', true),
      output('none', null),
    ]),
  ).toEqual([`HOST='db.internal'`, `SUBNET_IDS='["a","b"]'`, `_2ND='true'`, `NONE='null'`])
})

test('two outputs never become one variable', () => {
  expect(() => assignments([output('a-b', '1'), output('a_b', '2')])).toThrow(
    'the outputs a-b and a_b would both be A_B',
  )
})

test('a shell takes every text as it is, and runs nothing of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // No variable of a shell holds a NUL.
      fc.pre(!text.includes('\0') && text.isWellFormed())
      const [line = ''] = assignments([output('x', text)])
      const said = execFileSync('sh', ['-c', `${line}; printf %s. "$X"`], { encoding: 'utf8' })
      expect(said).toBe(`${text}.`)
    }),
    { numRuns: 60, examples: [[`it's $(id) \`id\` "x" \\ \n`]] },
  )
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkExpressions } from '../expressions/check.ts'
import { checkGraph } from '../graph/check.ts'
import { parseTexts } from './parse.ts'

const demo = readFileSync(new URL('../../../demo/platform/portolan.yaml', import.meta.url), 'utf8')

const signs = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '"',
    "'",
    ' #',
    '&a ',
    '*a',
    '!x ',
    '|\n',
    '\t',
    '\n',
    '  ',
  ],
  ...[
    '$' + '{{',
    '}}',
    '<<: ',
    'null',
    '? ',
    ',',
    '%',
    '@',
    '---\n',
    '日',
    '1e999',
    '\r',
    '__proto__: 1\n',
  ],
)
const edit = fc.oneof(
  fc.record({ at: fc.nat(), insert: signs, remove: fc.constant(0) }),
  fc.record({ at: fc.nat(), insert: fc.constant(''), remove: fc.integer({ min: 1, max: 40 }) }),
)

test('whatever is done to a manifest, it is read or told what is wrong, with a place that exists', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const text = edits.reduce((before, { at, insert, remove }) => {
        const place = at % before.length
        return before.slice(0, place) + insert + before.slice(place + remove)
      }, demo)
      const { manifest, problems, complete } = parseTexts('/x', [{ file: 'portolan.yaml', text }])
      const more = complete ? [...checkGraph(manifest), ...checkExpressions(manifest)] : []
      const lines = text.split('\n')
      for (const { at } of [...problems, ...more]) {
        const line = lines[(at?.line ?? 0) - 1]
        expect(line).toBeDefined()
        expect(at?.column).toBeLessThanOrEqual((line?.length ?? 0) + 1)
      }
      if (!complete) expect(problems).not.toEqual([])
    }),
    { numRuns: 60 },
  )
})

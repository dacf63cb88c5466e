import { describe, expect, test } from 'vitest'
import type { MapNode, ScalarNode } from '../node.ts'
import { readDocument } from '../reading/document.ts'
import { placeIn } from './place.ts'
import { hasExpressions, templateOf } from './template.ts'

/** Texts as they are, expressions in angle brackets. */
function pieces(text: string): string {
  const { pieces, faults } = templateOf(text)
  const shown = pieces.map((piece) =>
    typeof piece === 'string' ? piece : `<${piece.text.trim()}>`,
  )
  return [...shown, ...faults.map((fault) => `!${fault.message} at ${fault.at}`)].join('')
}

describe('texts are cut into expressions and what is between them', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['${{ a }}', '<a>'],
    ['a-${{ b }}-${{ c }}', 'a-<b>-<c>'],
    ['${{a}}${{b}}', '<a><b>'],
    ['$${{ a }}', '${{ a }}'],
    ['$$${{ a }}', '$${{ a }}'],
    ['x $${{ a }} ${{ b }}', 'x ${{ a }} <b>'],
    ['${HOME} ${a} {{ b }} }}', '${HOME} ${a} {{ b }} }}'],
    ['${{ {"a": {"b": 1}} }}', '<{"a": {"b": 1}}>'],
    ['${{{"a":1}}}', '<{"a":1}>'],
    ['${{ "}}" + \'}}\' }}!', '<"}}" + \'}}\'>!'],
    ['${{ "\\"}}" }}', '<"\\"}}">'],
    ['${{ """a"}}b""" }}', '<"""a"}}b""">'],
    ['${{ a', '!`${{` is never closed by `}}` at 0'],
    ['x ${{ a }} ${{ b', 'x <a>!`${{` is never closed by `}}` at 11'],
    ['${{ }}', '!an expression is missing at 3'],
    ['x ${{ a + }} y', 'x  y!the expression breaks off at 9'],
    ['${{ "a }}', '!unterminated string at 4'],
  ])('%s', (text, expected) => {
    expect(pieces(text)).toBe(expected)
  })

  test('only a text that is exactly one expression keeps its type', () => {
    expect(templateOf('${{ a }}').whole?.text).toBe(' a ')
    expect(templateOf(' ${{ a }}').whole).toBeUndefined()
    expect(templateOf('${{ a }}\n').whole).toBeUndefined()
    expect(templateOf('${{ a }}${{ b }}').whole).toBeUndefined()
  })

  test('an escaped text holds no expression', () => {
    expect(hasExpressions('$${{ a }}')).toBe(false)
    expect(hasExpressions('a ${{ b }}')).toBe(true)
  })

  test('the same text is read once', () => {
    expect(templateOf('once ${{ a.b }}')).toBe(templateOf('once ${{ a.b }}'))
  })
})

describe('a character of a value has its place in the file', () => {
  const cases: [string, string][] = [
    ['plain', 'key: a ${{ values.HERE }}'],
    ['double quotes', 'key: "a ${{ values.HERE }}"'],
    ['escaped quotes', 'key: "a \\" ${{ \\"x\\" + values.HERE }}"'],
    ['escapes of letters', 'key: "\\u00e9\\x41\\U0001F600\\t ${{ values.HERE }}"'],
    ['single quotes', "key: 'it''s ${{ values.HERE }}'"],
    ['literal block', 'key: |\n  first\n    more\n  ${{ values.HERE }}\n'],
    ['folded block', 'key: >-\n  first\n  second ${{ values.HERE }}\n\n  third\n'],
    ['folded plain', 'key: first\n  second\n  ${{ values.HERE }}'],
    ['folded quotes', 'key: "first\n  second \\\n  third ${{ values.HERE }}"'],
    ['over two lines', 'key: "${{ values.a\n   + values.HERE }}"'],
    ['in a flow map', 'key: { a: 1, b: "${{ values.HERE }}" }'],
    ['behind a tag of its type', 'key: !!str "${{ values.HERE }}"'],
    ['behind an anchor', 'key: &x "${{ values.HERE }}"'],
    ['wide letters', 'key: "日本 😀 ${{ values.HERE }}"'],
  ]
  test.each(cases)('%s', (_what, text) => {
    const { node, problems } = readDocument('portolan.yaml', text)
    expect(problems).toEqual([])
    const scalar = scalarWith('HERE', node as MapNode)
    const offset = String(scalar.value).indexOf('HERE')

    const { line, column } = placeIn(scalar, offset)

    expect(text.split('\n')[line - 1]?.slice(column - 1, column + 3)).toBe('HERE')
  })
})

function scalarWith(word: string, { entries }: MapNode): ScalarNode {
  for (const { value } of entries) {
    if (value.kind === 'scalar' && String(value.value).includes(word)) return value
    if (value.kind === 'map') return scalarWith(word, value)
  }
  throw new Error(`no text holds ${word}`)
}

import { describe, expect, test } from 'vitest'
import type { Problem } from '../problem.ts'
import { renderProblems } from './problem-text.ts'

function problem(column: number, message = 'this is wrong', line = 1): Problem {
  return { at: { file: 'portolan.yaml', line, column }, message, next: undefined }
}

function shown(line: string, column: number): string[] {
  return renderProblems([problem(column)], () => line).split('\n')
}

test('one problem is its place, its line, a caret and what to do', () => {
  const one = { ...problem(3, 'unknown key `neds`', 2), next: 'Did you mean `needs`?' }
  expect(renderProblems([one], () => '  neds: [a]')).toBe(
    [
      'portolan.yaml:2:3: unknown key `neds`',
      '    neds: [a]',
      '    ^',
      '→ Did you mean `needs`?',
    ].join('\n'),
  )
})

describe('the caret stands below what it means', () => {
  test.each([
    ['behind a tab', '\tx: 1', 2, 4],
    ['behind wide letters', '日本: x', 5, 8],
    ['behind an emoji of several characters', '👩‍👩‍👧: x', '👩‍👩‍👧: '.length + 1, 6],
    ['behind a letter with an accent of its own', 'e\u0301: x', 5, 5],
  ])('%s', (_name, line, column, caret) => {
    expect(shown(line, column).at(-1)).toBe(`${' '.repeat(caret)}^`)
  })
})

test('of a long line the part around the caret is shown', () => {
  const line = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`
  const [, source = '', caret = ''] = shown(line, 301)
  expect(source.length).toBeLessThan(110)
  expect(source.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE')
  expect(source).toMatch(/^ {2}…a+HEREb+…$/)
})

test('control characters of a file do not reach the terminal', () => {
  expect(shown('a: \u001b[2Jx', 4).join('\n')).not.toContain('\u001b')
})

test('a line that cannot be read is left out', () => {
  expect(renderProblems([problem(1)], () => undefined)).toBe('portolan.yaml:1:1: this is wrong')
})

test('a problem without a place is its sentence', () => {
  expect(renderProblems([{ at: undefined, message: 'no', next: 'yes' }], () => '')).toBe(
    'no\n→ yes',
  )
})

describe('several problems', () => {
  test('stand in the order of their places, the main file first, each once', () => {
    const other = { ...problem(1, 'c'), at: { file: 'a.yaml', line: 1, column: 1 } }
    const text = renderProblems(
      [other, problem(9, 'b', 2), problem(2, 'a', 2), problem(2, 'a', 2)],
      () => undefined,
    )
    expect(text.split('\n\n')).toEqual([
      '3 problems in 2 files',
      'portolan.yaml:2:2: a',
      'portolan.yaml:2:9: b',
      'a.yaml:1:1: c',
    ])
  })

  test('are at most fifty, and then the number of the others', () => {
    const many = Array.from({ length: 53 }, (_, index) => problem(1, `no ${index}`, index + 1))
    const parts = renderProblems(many, () => undefined).split('\n\n')
    expect(parts).toHaveLength(52)
    expect(parts[0]).toBe('53 problems in portolan.yaml')
    expect(parts.at(-1)).toBe('and 3 more')
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { styleOf } from './ansi-style.ts'
import { LogAssembler, type LogLine, lineText, type Phase } from './log-lines.ts'

const esc = '\u001b'
// biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be shown
const steering = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

function linesOf(pieces: readonly (readonly [Phase, string])[]): LogLine[] {
  const assembler = new LogAssembler()
  for (const [phase, text] of pieces) assembler.push({ phase, text, at: '' })
  assembler.end()
  return Array.from({ length: assembler.count }, (_, index) => assembler.line(index)).filter(
    (line) => line !== undefined,
  )
}

function texts(text: string): string[] {
  return linesOf([['plan', text]]).map(lineText)
}

/** What programs print, and what somebody might make them print. */
const output = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '\b',
        'progress 10%\rprogress 20%',
        `${esc}[31m`,
        `${esc}[0m`,
        `${esc}[1;38;5;200m`,
        `${esc}[2K`,
        `${esc}[K`,
        `${esc}[1K`,
        `${esc}[10;20H`,
        `${esc}]0;title\u0007`,
        `${esc}]8;;http://x${esc}\\`,
        `${esc}P1$q${esc}\\`,
        `${esc}(B`,
        `${esc}[`,
        `${esc}`,
        `${esc}]never ended`,
        '\u009b31m',
        '\u202e',
        '😀',
        '\ud83d',
        '\ude00',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

test('where the pieces are cut does not matter', () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(200)), (text, cuts) => {
      const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])]
      const sorted = places.toSorted((a, b) => a - b)
      const pieces = sorted.map(
        (from, index) => ['plan', text.slice(from, sorted[index + 1])] as const,
      )
      expect(linesOf(pieces)).toEqual(linesOf([['plan', text]]))
      const characters = Array.from(
        { length: text.length },
        (_, at) => ['plan', text.charAt(at)] as const,
      )
      expect(linesOf(characters)).toEqual(linesOf([['plan', text]]))
    }),
    { numRuns: 1000 },
  )
})

test('nothing that steers a terminal or turns the direction of text is left', () => {
  fc.assert(
    fc.property(output, (text) => {
      for (const line of texts(text)) {
        expect(line).not.toMatch(steering)
        expect(line.isWellFormed()).toBe(true)
      }
    }),
  )
})

test('plain text comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), (lines) => {
      expect(texts(lines.map((line) => `${line}\n`).join(''))).toEqual(lines)
    }),
  )
})

test('a carriage return writes over the line, as terminals do', () => {
  expect(texts('10%\r20%\r100%\n')).toEqual(['100%'])
  expect(texts('working…\rdone\n')).toEqual(['doneing…'])
  expect(texts(`working…\r${esc}[Kdone\n`)).toEqual(['done'])
  expect(texts('a line\r\nanother\r\n')).toEqual(['a line', 'another'])
  expect(texts('abc\b\bX\n')).toEqual(['aXc'])
  expect(texts('😀😀\rx\n')).toEqual(['x😀'])
})

test('an escape that never ends hides nothing', () => {
  expect(texts(`${esc}]0;the rest\nof it\n`)).toEqual(['0;the rest', 'of it'])
  expect(texts(`before ${esc}[31`)).toEqual(['before [31'.replace('[31', '\\u001b[31')])
})

test('each phase begins a line of its own, without the colours of the one before', () => {
  const lines = linesOf([
    ['plan', `${esc}[31mno end`],
    ['apply', 'applying\n'],
  ])
  expect(lines.map((line) => [line.phase, lineText(line), line.spans[0]?.sgr])).toEqual([
    ['plan', 'no end', '31'],
    ['apply', 'applying', ''],
  ])
})

test('colours hold over lines until they are reset', () => {
  const [first, second] = linesOf([['plan', `${esc}[1m${esc}[32mok\nstill${esc}[0m not\n`]])
  expect(first?.spans).toEqual([{ text: 'ok', sgr: '1;32' }])
  expect(second?.spans).toEqual([
    { text: 'still', sgr: '1;32' },
    { text: ' not', sgr: '' },
  ])
  expect(styleOf('1;32')).toEqual({ color: 'green', bold: true })
})

test('no colour hides text', () => {
  expect(styleOf('8')).toEqual({})
  expect(styleOf('30;40')).toEqual({ marked: true })
  expect(styleOf('38;5;196')).toEqual({ color: 'red' })
  expect(styleOf('38;2;0;200;0')).toEqual({ color: 'green' })
  expect(styleOf('38;2;0;0;0')).toEqual({})
  expect(styleOf('90')).toEqual({ color: 'gray' })
  expect(styleOf('2')).toEqual({ color: 'gray' })
})

test('a flood of colours takes no memory', () => {
  const [line] = linesOf([['plan', `${`${esc}[1m`.repeat(100_000)}x`]])
  expect(line?.spans[0]?.sgr.length).toBeLessThan(300)
})

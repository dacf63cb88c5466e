import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, mask } from '../../secrets/index.ts'
import { LineSplitter } from './line-splitter.ts'
import { LogSink } from './log-sink.ts'
import { plainText } from './terminal-text.ts'

function sink(secrets: readonly string[], limits = { total: 1000, line: 100 }) {
  const sent: string[] = []
  const log = new LogSink(async (text) => void sent.push(text), createRedactor(secrets), limits)
  return { log, text: () => sent.join('') }
}

test('lines come out whole and in order however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const splitter = new LineSplitter(1000)
        const found: string[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          found.push(...splitter.push(bytes.subarray(at, at + size)).map((line) => line.text))
          at += size
        }
        expect([...found, ...splitter.end().map((line) => line.text)]).toEqual(
          lines.map((line) => line.toWellFormed()),
        )
      },
    ),
  )
})

test('of a long line no more than the maximum is kept', () => {
  const splitter = new LineSplitter(10)
  expect(splitter.push(Buffer.from('0123456789abc'))).toEqual([])
  expect(splitter.push(Buffer.from('def\nx'))).toEqual([{ text: '0123456789', dropped: 6 }])
  expect(splitter.end()).toEqual([{ text: 'x', dropped: 0 }])
})

describe('the log', () => {
  test('never shows a piece of a secret at a cut', async () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz'
    for (let before = 60; before < 110; before += 1) {
      const { log, text } = sink([secret])
      const whole = `${'.'.repeat(before)}${secret}`
      const kept = whole.slice(0, 100)
      log.line(kept, whole.length - kept.length)
      await log.finish()
      expect(text()).not.toMatch(/[a-y]{3}.* … /)
    }
  })

  test('keeps the beginning and the last lines, and says what is missing', async () => {
    const { log, text } = sink(['secret-value'])
    for (let index = 0; index < 5000; index += 1) log.line(`line ${index} secret-value`)
    await log.finish()
    expect(text()).toContain(`line 0 ${mask}\n`)
    expect(text()).toContain('MiB of output were left out here')
    expect(text()).toMatch(/line 4999 \(sensitive value\)\n$/)
    expect(text()).not.toContain('secret-value')
    expect(text().length).toBeLessThan(10_000)
  })

  test('sends nothing twice when the port fails, and says that something is missing', async () => {
    const sent: string[] = []
    let calls = 0
    const log = new LogSink(async (text) => {
      calls += 1
      if (calls === 1) throw new Error('away')
      sent.push(text)
    }, createRedactor())
    log.line('one')
    await expect.poll(() => calls).toBe(1)
    log.line('two')
    await log.finish()
    expect(sent.join('')).toBe('two\n… 4 characters of output could not be recorded.\n')
  })
})

test('of escape codes only colours are left, for any text', () => {
  expect(plainText('a\u001b[1;31mb\u001b[0m\u001b[2J\u001b[10;5Hc\u001b]0;title\u0007d')).toBe(
    'a\u001b[1;31mb\u001b[0mcd',
  )
  expect(plainText('50%\r100%\r')).toBe('50%\n100%')
  expect(plainText('a\u202eb\u2066c\u200fd')).toBe('a<U+202E>b<U+2066>c<U+200F>d')
  expect(plainText('\u009b2Jx\u001bPq\u001b\\y\u001b(Bz')).toBe('xyz')
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          '\u001b',
          '[',
          ']',
          '3',
          ';',
          'm',
          'J',
          '\u0007',
          '\\',
          'P',
          '\u009b',
          'x',
          '\u202e',
        ),
      }),
      (text) => {
        const rest = plainText(text).replaceAll(/\p{Cc}\[[0-9;:]*m/gu, '')
        expect(rest).not.toMatch(/[\p{Cc}\u202e]/u)
      },
    ),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { colored, plain } from './style.ts'
import { cut, sanitise, sanitiseLine, shownOutput, widthOf } from './text.ts'

describe('text from outside', () => {
  test.each([
    ['\u001b[2J\u001b[Hgone', 'gone'],
    ['\u001b]0;title\u0007text', 'text'],
    ['a\rb', 'ab'],
    ['bell\u0007', 'bell'],
    ['evil\u202Etxt.exe', 'eviltxt.exe'],
    ['a\tb\nc', 'a\tb\nc'],
  ])('%j is shown as %j', (text, shown) => {
    expect(sanitise(text)).toBe(shown)
  })

  test('has no control characters left but newline and tab, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sanitise(text)).not.toMatch(/(?![\n\t])\p{Cc}/u)
        expect(sanitiseLine(text)).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  test("a program's colours pass where colours are wanted, and nothing else does", () => {
    const text = '\u001b[31mred\u001b[0m\u001b[2J'
    expect(shownOutput(text, colored)).toBe('\u001b[31mred\u001b[0m')
    expect(shownOutput(text, plain)).toBe('red')
  })
})

describe('width', () => {
  test('counts columns, not characters', () => {
    expect(widthOf('abc')).toBe(3)
    expect(widthOf('\u001b[1mabc\u001b[22m')).toBe(3)
    expect(widthOf('a\u0308')).toBe(1)
    expect(widthOf('日本')).toBe(4)
  })

  test('a cut text fits, and says that it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 20 }),
        (text, columns) => {
          const short = cut(text, columns)
          expect(widthOf(short)).toBeLessThanOrEqual(columns)
          if (short !== text) expect(short.endsWith('…')).toBe(true)
        },
      ),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLiveRegion } from './live-region.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it speaks.
const sequences = /\u001b\[([?\d;]*)([A-Za-z])([^\u001b]*)/g

/** As much of a terminal as the live lines need. It breaks lines that are too long for it, always anew. */
class Screen {
  rows = 10
  written = ''
  readonly #above: string[] = []
  #below: string[] = []

  columns: number

  constructor(columns: number) {
    this.columns = columns
  }

  write(text: string): void {
    this.written += text
    for (const [, code, letter, rest] of `\u001b[m${text}`.matchAll(sequences)) {
      if (letter === 'A') this.#up(Number(code))
      if (letter === 'J') this.#below = []
      if (letter === 'K') this.#below.splice(0, 1, '')
      for (const [at, piece] of (rest ?? '').replaceAll('\r', '').split('\n').entries()) {
        if (at > 0) this.#above.push(this.#below.shift() ?? '')
        if (piece !== '') this.#below.splice(0, 1, piece)
      }
    }
  }

  #up(rows: number): void {
    for (let left = rows; left > 0; ) {
      const line = this.#above.pop()
      if (line === undefined) return
      this.#below.unshift(line)
      left -= Math.max(1, Math.ceil(line.length / this.columns))
    }
  }

  text(): string {
    return [...this.#above, ...this.#below].join('\n').trimEnd()
  }
}

describe('the live lines of a terminal', () => {
  test('write only what has changed', () => {
    const screen = new Screen(20)
    const live = createLiveRegion(true, screen)
    live.paint(['one', 'two', 'three'])
    screen.written = ''
    live.paint(['one', 'TWO', 'three'])
    expect(screen.written).toContain('TWO')
    expect(screen.written).not.toMatch(/one|three/)
    screen.written = ''
    live.paint(['one', 'TWO', 'three'])
    expect(screen.written).toBe('')
    live.clear()
    expect(screen.text()).toBe('')
  })

  test('are all that is there, below what was printed, however they grow, shrink and are resized', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          paint: fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1, maxLength: 9 }),
        }),
        fc.record({ print: fc.stringMatching(/^[A-Z]{1,4}$/) }),
        fc.record({ columns: fc.integer({ min: 5, max: 20 }) }),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, (all) => {
        const screen = new Screen(20)
        const live = createLiveRegion(true, screen)
        const printed: string[] = []
        for (const step of all) {
          if ('print' in step) {
            live.clear()
            screen.write(`${step.print}\n`)
            printed.push(step.print)
            expect(screen.text()).toBe(printed.join('\n'))
          } else if ('columns' in step) {
            screen.columns = step.columns
          } else {
            const lines = step.paint.map((line) => line.slice(0, screen.columns))
            live.paint(lines)
            expect(screen.text()).toBe([...printed, ...lines].join('\n'))
          }
        }
        live.clear()
        expect(screen.text()).toBe(printed.join('\n'))
      }),
    )
  })

  test('are never more than there is room for', () => {
    const screen = new Screen(20)
    createLiveRegion(true, screen).paint(Array.from({ length: 50 }, (_, at) => `line ${at}`))
    expect(screen.text().split('\n')).toHaveLength(9)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeStreams } from '../../../../test/support/change-arbitrary.ts'
import { changeEventOf, viewAfter } from '../../../../test/support/change-record.ts'
import type { ChangeEvent } from '../../../changes/index.ts'
import { colored, plain } from '../style.ts'
import { widthOf } from '../text.ts'
import { endingLines } from './ending.ts'
import { remainingSeconds } from './eta.ts'
import { changeEventJson } from './event-json.ts'
import { renderFrame } from './frame.ts'
import { type ChangeModel, startModel } from './model.ts'
import { doneLines, finalLines } from './permanent.ts'
import { keepAliveLine, plainLines } from './plain-lines.ts'
import { planView } from './plan-view.ts'
import { reduce } from './reduce.ts'
import { chooseRows, type Row } from './rows.ts'
import { isOver } from './stage.ts'
import { changeStatus } from './status.ts'

const goals = fc.constantFrom('plan' as const, 'apply' as const)
const limits = fc.integer({ min: 1, max: 8 })

function last(events: readonly ChangeEvent[]): number {
  return events.at(-1)?.at.getTime() ?? 0
}

function modelOf(events: readonly ChangeEvent[], goal: 'plan' | 'apply', limit = 4): ChangeModel {
  return events.reduce(reduce, startModel({ goal, limit }))
}

/** Control characters, but for those that break lines and the colours that are wanted. */
function expectHarmless(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what may be there.
  const bare = text.replace(/\u001b\[[0-9;]*m/g, '')
  expect(bare).not.toMatch(/(?!\t)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u)
}

describe('whatever is told of a change', () => {
  test('a frame is never wider or higher than the terminal, and harmless', () => {
    const views = fc.record({
      width: fc.integer({ min: 20, max: 140 }),
      height: fc.integer({ min: 1, max: 30 }),
      style: fc.constantFrom(plain, colored),
      remaining: fc.option(fc.nat(100_000), { nil: undefined }),
      notice: fc.option(fc.constant('Cancelling: what has begun is finished.'), { nil: undefined }),
    })
    fc.assert(
      fc.property(changeStreams, goals, views, (events, goal, view) => {
        const lines = renderFrame(modelOf(events, goal), { ...view, now: last(events) + 999 })
        expect(lines.length).toBeLessThanOrEqual(view.height)
        for (const line of lines) {
          expect(widthOf(line)).toBeLessThanOrEqual(view.width)
          expectHarmless(line)
          if (view.style === plain) expect(line).not.toMatch(/\p{Cc}/u)
        }
      }),
    )
  })

  test('every workspace is on a line or counted as left out, and the foot counts all', () => {
    const shownBy = (row: Row) => {
      if (row.kind === 'node') return Math.max(1, row.folded.length)
      return row.kind === 'environment' && row.isFolded ? row.environment.nodes.length : 0
    }
    fc.assert(
      fc.property(changeStreams, goals, fc.integer({ min: 0, max: 30 }), (events, goal, room) => {
        const model = modelOf(events, goal)
        const { rows, more } = chooseRows(model, room)
        const shown = rows.reduce((sum, row) => sum + shownBy(row), 0)
        const left = [...more.values()].reduce((sum, count) => sum + count, 0)
        expect(shown + left).toBe(model.nodes.length)
        expect(Math.min(...more.values(), 0)).toBe(0)

        const view = { now: last(events), width: 100, height: 1, style: plain }
        const [foot] = renderFrame(model, { ...view, remaining: undefined, notice: undefined })
        const over = model.nodes.filter((node) => isOver(node, goal)).length
        expect(foot).toMatch(new RegExp(`% {1,2}${over}(?:/| of )${model.nodes.length}\\b`))
      }),
    )
  })

  test('lines elsewhere give no orders to terminals and to CI systems', () => {
    fc.assert(
      fc.property(changeStreams, goals, fc.boolean(), (events, goal, github) => {
        let model = startModel({ goal, limit: 4 })
        const lines: string[] = []
        for (const event of events) {
          const next = reduce(model, event)
          lines.push(...plainLines(model, next, event, { github }))
          model = next
        }
        lines.push(keepAliveLine(model, last(events) + 60_000) ?? '')
        for (const line of lines.join('\n').split('\n')) {
          expectHarmless(line)
          expect(line).not.toMatch(/##(?:\[|vso\[)/)
          if (!/^::(?:group::.|endgroup::$)/.test(line)) expect(line.trim()).not.toMatch(/^::/)
        }
      }),
    )
  })

  test('what stays is harmless too', () => {
    fc.assert(
      fc.property(changeStreams, goals, (events, goal) => {
        const model = modelOf(events, goal)
        const view = viewAfter(events)
        const now = last(events)
        const layout = { style: colored, width: 80 }
        const said = new Map(view.nodes.map((node) => [node.name, node.because ?? '']))
        const lines = [
          ...endingLines(model, view, { style: colored, width: 80, now }),
          ...finalLines(model, { style: colored, now, width: 80 }),
          ...events.flatMap((event) => doneLines(model, reduce(model, event), event, colored)),
          ...planView(view, said, layout),
          ...changeStatus(view, new Date(now), layout),
        ]
        for (const line of lines.join('\n').split('\n')) expectHarmless(line)
      }),
    )
  })

  test('the time that is left is a time', () => {
    fc.assert(
      fc.property(changeStreams, goals, limits, (events, goal, limit) => {
        const seconds = remainingSeconds(modelOf(events, goal, limit), last(events)) ?? 0
        expect(Number.isFinite(seconds)).toBe(true)
        expect(seconds).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('an event is one line of JSON that says all of it', () => {
    fc.assert(
      fc.property(changeStreams, (events) => {
        for (const event of events) {
          const line = JSON.stringify(changeEventJson(event))
          expect(line).not.toContain('\n')
          expect(changeEventOf(JSON.parse(line))).toEqual(event)
        }
      }),
    )
  })
})

import { expect, test } from 'vitest'
import type { ChangeEvent } from '../../changes/index.ts'
import { inOrder } from './in-order.ts'

const started = Date.parse('2026-05-01T12:00:00Z')

type Told =
  | readonly ['graph' | 'end']
  | readonly ['log', 'plan' | 'apply', string, number?]
  | readonly ['workspace', 'planning' | 'planned' | 'applying' | 'applied']
  | readonly ['notice', string]

function eventOf(told: Told): ChangeEvent {
  const head = { at: new Date(started), change: 7 }
  switch (told[0]) {
    case 'graph':
      return { ...head, event: 'graph', operation: 'apply', environments: [], workspaces: [] }
    case 'log': {
      const [, phase, text, milliseconds = 1] = told
      const at = new Date(started + milliseconds)
      return { ...head, at, event: 'log', workspace: 'db@dev', run: 1, phase, text }
    }
    case 'workspace':
      return {
        ...head,
        event: 'workspace',
        workspace: 'db@dev',
        result: told[1],
        because: undefined,
        run: 1,
        // The run itself is told a moment later.
        runStatus: told[1] === 'planning' ? 'queued' : told[1],
        summary: undefined,
      }
    case 'notice':
      return { ...head, event: 'notice', workspace: undefined, message: told[1] }
    case 'end':
      return { ...head, event: 'end', status: 'open', counts: {} }
  }
}

function shown(event: ChangeEvent): string {
  if (event.event === 'log') return event.text
  return event.event === 'workspace' ? event.result : event.event
}

function ordered(all: readonly Told[], isNew = true): string[] {
  const order = inOrder({ isNew })
  return all.flatMap((told) => order.next(eventOf(told)).map(shown))
}

test('output comes after what is told of the beginning of its phase, and before its end', () => {
  expect(
    ordered([
      ['log', 'plan', 'a'],
      ['log', 'apply', 'b'],
      ['graph'],
      ['workspace', 'planning'],
      ['workspace', 'planned'],
      ['workspace', 'applying'],
      ['log', 'apply', 'c'],
      ['workspace', 'applied'],
      ['end'],
    ]),
  ).toEqual(['graph', 'planning', 'a', 'planned', 'applying', 'b', 'c', 'applied', 'end'])
})

test('the output of an earlier phase is not told again, unless somebody left off before it', () => {
  const all: readonly Told[] = [
    ['log', 'plan', 'old', -60_000],
    ['graph'],
    ['workspace', 'planned'],
    ['workspace', 'planning'],
    ['log', 'plan', 'new'],
    ['workspace', 'planned'],
  ]
  expect(ordered(all)).toEqual(['graph', 'planned', 'planning', 'new', 'planned'])
  expect(ordered(all, false)).toContain('old')
})

test('what was said instead of beginning is kept', () => {
  const order = inOrder({ isNew: true })
  for (const told of [['notice', 'it is gone'], ['end']] as const) order.next(eventOf(told))
  expect(order.hasBegun()).toBe(false)
  expect(order.said()).toBe('it is gone')
})

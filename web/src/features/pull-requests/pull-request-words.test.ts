import { describe, expect, test } from 'vitest'
import type { Change, Reservation } from '../../lib/types.ts'
import { aChange as sample } from '../changes/change-samples.ts'
import {
  behind,
  commandHints,
  earlierChanges,
  editOf,
  isCommand,
  ordinal,
  pageOnHost,
  placeOf,
  repositoryPage,
  troubleName,
  waitsForPermission,
  withoutMarker,
} from './pull-request-words.ts'

function aChange(id: number): Change {
  return { ...sample({}).change, id }
}

const reservation: Reservation = {
  workspace: 'db@prod',
  holder: { number: 4, title: 'A larger database', since: '2026-03-02T09:00:00.000Z' },
  place: 2,
  waiting: [7, 9, 12],
}

test.each([
  ['github', 'https://api.github.com', 'github.com', 'https://github.com/acme/shop'],
  ['github', 'http://127.0.0.1:1/api/v3', '127.0.0.1:1', 'http://127.0.0.1:1/acme/shop'],
  ['gitlab', 'https://acme.com/git/api/v4', 'acme.com', 'https://acme.com/git/acme/shop'],
  ['gitea', 'https://acme.com/git', 'acme.com', 'https://acme.com/git/acme/shop'],
  ['git', undefined, undefined, undefined],
] as const)(
  'the repository of %s at %s has its page below that of %s',
  (kind, apiUrl, host, page) => {
    expect(repositoryPage({ kind, apiUrl, host, repository: 'acme/shop' })).toBe(page)
  },
)

describe('a place among those that want a workspace', () => {
  test('is the holder, or who comes before', () => {
    expect(placeOf({ ...reservation, place: 0 }, 4)).toEqual({ kind: 'holds' })
    expect(placeOf({ ...reservation, place: 1 }, 7)).toEqual({
      kind: 'waits',
      words: 'next in line',
      before: [],
    })
    expect(placeOf({ ...reservation, place: 3 }, 12)).toEqual({
      kind: 'waits',
      words: '3rd in line',
      before: [7, 9],
    })
  })

  test('has others behind it only when it holds', () => {
    expect(behind({ ...reservation, place: 0 }, 4)).toEqual([7, 9, 12])
    expect(behind(reservation, 9)).toEqual([])
  })

  test('is said as people count', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual(
      '1st 2nd 3rd 4th 11th 12th 13th 21st 112th'.split(' '),
    )
  })
})

test('a comment is a command when Portolan is its first word', () => {
  for (const { command } of commandHints) expect(isCommand(command)).toBe(true)
  expect(isCommand('  @portolan apply')).toBe(true)
  expect(isCommand('portolan')).toBe(true)
  expect(isCommand('`portolan apply`\n')).toBe(true)
  expect(isCommand('')).toBe(false)
  expect(isCommand('portolans are maps')).toBe(false)
  expect(isCommand('Portolan has planned it.\nIs it what we want?')).toBe(false)
  expect(isCommand('I would portolan apply it')).toBe(false)
})

test('every change but the one that counts is an earlier one', () => {
  const [third, second, first] = [aChange(3), aChange(2), aChange(1)]
  expect(earlierChanges({ change: third, changes: [third, second, first] })).toEqual([
    second,
    first,
  ])
  expect(earlierChanges({ change: undefined, changes: [second] })).toEqual([second])
})

test('the comment that is kept up to date is read without its marker', () => {
  expect(withoutMarker('<!-- portolan 1c5010ea -->\n**All applied**')).toBe('**All applied**')
  expect(withoutMarker('Look at <!-- this -->')).toBe('Look at <!-- this -->')
})

test('only what is a page on the host is gone to', () => {
  const url = 'https://git.example/acme/infra/pull/7'
  expect(pageOnHost({ forge: 'gitea', url })).toBe(url)
  expect(pageOnHost({ forge: 'git', url })).toBeUndefined()
  expect(pageOnHost({ forge: 'github', url: 'javascript:alert(1)//https://' })).toBeUndefined()
})

test('a draft or a fork waits until somebody lets it be planned', () => {
  const open = { status: 'open', isDraft: true, isFork: false } as const
  const rest = { permittedBy: undefined, change: undefined }
  expect(waitsForPermission({ ...open, ...rest })).toBe(true)
  expect(waitsForPermission({ ...open, ...rest, isDraft: false, isFork: true })).toBe(true)
  expect(waitsForPermission({ ...open, ...rest, isDraft: false })).toBe(false)
  expect(waitsForPermission({ ...open, ...rest, permittedBy: 'ada' })).toBe(false)
  expect(waitsForPermission({ ...open, ...rest, change: aChange(1) })).toBe(false)
  expect(waitsForPermission({ ...open, ...rest, status: 'closed' })).toBe(false)
})

test('what the host could not be told is called by its name', () => {
  expect(['comment', 'reaction', 'portolan/db@dev'].map(troubleName)).toEqual([
    'The comment',
    'A reaction',
    'The status portolan/db@dev',
  ])
})

test('an edit holds nothing that was left as it was', () => {
  const before = { title: 'Larger', body: undefined, isDraft: true }
  expect(editOf(before, { title: 'Larger', body: '', isDraft: true })).toEqual({})
  expect(editOf(before, { title: 'Larger', body: '', isDraft: false })).toEqual({ draft: false })
  expect(editOf(before, { title: 'Small', body: 'x', isDraft: true })).toEqual({
    title: 'Small',
    body: 'x',
  })
})

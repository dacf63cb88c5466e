import { expect, test } from 'vitest'
import { found, type PaletteEntry } from './palette-entries.ts'

const entry = (label: string, group: PaletteEntry['group'], detail?: string): PaletteEntry => ({
  key: `${group} ${label}`,
  group,
  label,
  href: '/',
  ...(detail === undefined ? {} : { detail }),
})

const entries = [
  entry('Overview', 'Pages'),
  entry('api@prod', 'Workspaces', 'shop'),
  entry('search-api@prod', 'Workspaces', 'shop'),
  entry('db@prod', 'Workspaces', 'shop'),
  entry('change-12 two replicas for the api', 'Changes', 'grace'),
]

const labels = (written: string) => found(entries, written).map(({ label }) => label)

test('finds all of it when nothing is written yet, in the order given', () => {
  expect(labels('')).toEqual(entries.map(({ label }) => label))
})

test('puts what begins with the word before what only has it', () => {
  expect(labels('api')).toEqual([
    'api@prod',
    'search-api@prod',
    'change-12 two replicas for the api',
  ])
})

test('wants every word, in the name, the kind or the detail', () => {
  expect(labels('prod db')).toEqual(['db@prod'])
  expect(labels('change grace')).toEqual(['change-12 two replicas for the api'])
  expect(labels('prod nothing')).toEqual([])
})

test('takes what is written as text, not as a pattern', () => {
  expect(labels('(')).toEqual([])
  expect(labels('change-12')).toEqual(['change-12 two replicas for the api'])
})

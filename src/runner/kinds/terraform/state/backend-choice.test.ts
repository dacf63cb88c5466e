import { expect, test } from 'vitest'
import { chooseBackend } from './backend-choice.ts'

const few = { terraformWorkspace: 'default', stateSize: 0, resources: 10, changes: 10 }

test('http is for applies that would rewrite much', () => {
  expect(chooseBackend(few)).toBe('local')
  expect(chooseBackend({ ...few, resources: 400, changes: 400 })).toBe('http')
  expect(chooseBackend({ ...few, stateSize: 5_000_000, changes: 3 })).toBe('local')
  expect(chooseBackend({ ...few, stateSize: 5_000_000, changes: 5 })).toBe('http')
})

test('a named workspace is always local: the http backend knows none', () => {
  const large = { ...few, terraformWorkspace: 'prod', resources: 4000, changes: 4000 }
  expect(chooseBackend(large)).toBe('local')
})

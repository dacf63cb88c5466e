import { expect, test } from 'vitest'
import { gateSentences } from './gate-words.ts'

const gate = {
  approvals: 2,
  from: ['platform', 'ada'],
  window: 'Mon-Thu 09:00-16:00',
  destroy: 'deny',
  dirty: 'deny',
} as const

test('says every condition of a gate', () => {
  const prod = { name: 'prod', position: 2, after: 'stage', auto: false, gate }
  expect(gateSentences({ ...prod, gate: { ...gate, from: [...gate.from] } })).toEqual([
    'Only what went well in stage.',
    'Needs 2 approvals from platform or ada.',
    'Only in the window Mon-Thu 09:00-16:00.',
    'Nothing may be destroyed.',
    'Only what is committed.',
  ])
})

test('says nothing of an environment without conditions', () => {
  expect(gateSentences({ name: 'dev', position: 0, auto: false })).toEqual([])
})

test('says that an environment applies by itself', () => {
  expect(gateSentences({ name: 'dev', position: 0, auto: true })).toEqual([
    'Applied by itself as soon as it is planned.',
  ])
  expect(gateSentences({ name: 'stage', position: 1, after: 'dev', auto: true })).toEqual([
    'Only what went well in dev.',
    'Applied by itself when it is planned and all of this holds.',
  ])
})

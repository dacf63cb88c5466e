import { expect, test } from 'vitest'
import { asSentence } from './sentence.ts'

test('a clause becomes a sentence; what is one already stays', () => {
  expect(asSentence('it is a draft')).toBe('It is a draft.')
  expect(asSentence('Its head is gone.')).toBe('Its head is gone.')
  expect(asSentence('3 workspaces are not applied: db@dev …')).toBe(
    '3 workspaces are not applied: db@dev …',
  )
})

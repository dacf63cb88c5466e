import { expect, test } from 'vitest'
import { safeBack } from './safe-back.ts'

test('goes back to a page of ours', () => {
  expect(safeBack('/changes/7?node=db@prod')).toBe('/changes/7?node=db@prod')
})

test.for([
  undefined,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\n/evil.example',
])('goes to the overview instead of %j', (back) => {
  expect(safeBack(back)).toBe('/')
})

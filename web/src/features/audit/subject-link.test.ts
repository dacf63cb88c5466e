import { expect, test } from 'vitest'
import { pageOf } from './subject-link.ts'

test.for([
  ['run-41', '/runs/41'],
  ['change-7', '/changes/7'],
  ['shop/db@prod', '/projects/shop/workspaces/db%40prod'],
  ['shop/infra/db@prod', '/projects/shop/workspaces/infra%2Fdb%40prod'],
  ['grace', undefined],
  ['team/shop', undefined],
  ['run-41 of grace', undefined],
] as const)('%s leads to %s', ([subject, page]) => {
  expect(pageOf(subject)).toBe(page)
})

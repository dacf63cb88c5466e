import { expect, test } from 'vitest'
import { aView, aWorkspace } from '../../../test/support/comment-facts.ts'
import { digestOfPlans } from './plans-digest.ts'

const dev = aWorkspace('db@dev', 'planned')
const prod = aWorkspace('db@prod', 'planned')

test('the digest of several plans is that of the set of them', () => {
  const digest = digestOfPlans(aView([dev, prod]))
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(digestOfPlans(aView([prod, dev]))).toBe(digest)
  expect(digestOfPlans(aView([dev, aWorkspace('api@dev', 'unchanged'), prod]))).toBe(digest)
})

test('it is another one when a plan is another one, is elsewhere, or is applied', () => {
  const all = [
    [dev, prod],
    [dev, { ...prod, digest: 'another' }],
    [
      { ...dev, digest: prod.digest },
      { ...prod, digest: dev.digest },
    ],
    [dev, { ...prod, digest: undefined }],
  ]
  expect(new Set(all.map((nodes) => digestOfPlans(aView(nodes)))).size).toBe(4)
})

test('where nothing is planned there is none', () => {
  expect(digestOfPlans(aView([aWorkspace('db@dev', 'applied')]))).toBeUndefined()
})

import { describe, expect, test } from 'vitest'
import { movedSince } from './moved-since.ts'

const seen = { name: 'db@prod', runId: 4, digest: 'a' }

describe('what moved while somebody looked at it', () => {
  test('nothing, if every plan is the one that was seen', () => {
    expect(movedSince([seen], [{ ...seen }])).toEqual([])
  })

  test('a plan that was made again, in the same run or in another', () => {
    expect(movedSince([seen], [{ ...seen, digest: 'b' }])).toEqual(['db@prod'])
    expect(movedSince([seen], [{ ...seen, digest: undefined }])).toEqual(['db@prod'])
    expect(movedSince([seen], [{ ...seen, runId: 5 }])).toEqual(['db@prod'])
  })

  test('one that waits no more', () => {
    expect(movedSince([seen], [])).toEqual(['db@prod'])
  })

  test('not one whose digest is only read now', () => {
    expect(movedSince([{ ...seen, digest: undefined }], [seen])).toEqual([])
  })
})

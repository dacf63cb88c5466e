import { expect, test } from 'vitest'
import { secretOf } from './credentials.ts'

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

test.for([
  [basic('anybody:ptl_secret'), 'ptl_secret'],
  [basic(':ptl_secret'), 'ptl_secret'],
  [basic('a:b:c'), 'b:c'],
  [basic('a:pässword'), 'pässword'],
  [`basic ${Buffer.from('a:b').toString('base64')}`, 'b'],
  ['Bearer ptl_secret', 'ptl_secret'],
  [undefined, undefined],
  ['', undefined],
  ['Basic', undefined],
  ['Basic !!!', undefined],
  [basic('no colon'), undefined],
  [basic('empty:'), undefined],
  ['Negotiate abc', undefined],
] as const)('%s', ([header, secret]) => {
  expect(secretOf(header)).toBe(secret)
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { prettyPayload } from './pretty-payload.ts'

test('JSON comes on lines of its own', () => {
  expect(prettyPayload('{"a":[1,{"b":"x, {y}: \\"z\\""}],"c":{},"d":[]}')).toBe(`{
  "a": [
    1,
    {
      "b": "x, {y}: \\"z\\""
    }
  ],
  "c": {},
  "d": []
}`)
})

test('numbers stay as they were written', () => {
  expect(prettyPayload('{"id":12345678901234567890,"e":1.50e1}')).toBe(
    '{\n  "id": 12345678901234567890,\n  "e": 1.50e1\n}',
  )
})

test('what is no JSON, or not all of it, stays as it came', () => {
  for (const text of ['', 'payload=%7B%7D', '{"a": [1, 2']) expect(prettyPayload(text)).toBe(text)
})

test('any JSON is laid out as JSON.stringify would, from however it came', () => {
  void fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text)
      expect(prettyPayload(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
      expect(prettyPayload(JSON.stringify(value, null, 3))).toBe(JSON.stringify(value, null, 2))
    }),
  )
})

test('the largest payload that is shown is laid out before anybody notices', () => {
  const commits = Array.from({ length: 3000 }, (_, id) => ({ id, added: ['a', 'b'], author: {} }))
  const payload = JSON.stringify({ commits })
  const start = performance.now()

  expect(prettyPayload(payload)).toBe(JSON.stringify({ commits }, null, 2))
  expect(performance.now() - start).toBeLessThan(2000)
})

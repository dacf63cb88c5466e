import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aLineage, aState } from '../../../test/support/state.ts'
import { inspectState, withSerial } from './header.ts'

function headerOf(bytes: Buffer) {
  const inspection = inspectState(bytes)
  if (inspection.kind === 'malformed') throw new Error(inspection.reason)
  return inspection.header
}

const head = `"version":4,"lineage":"${aLineage}"`

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['text', '"state"'],
  ['a truncated state', '{"version":4,"serial":1,"lineage":"x","resources":[{'],
  ['a state cut inside a string', '{"version":4,"serial":1,"lineage":"x'],
  ['something behind its end', `{${head},"serial":1} {}`],
  ['a byte order mark', `\uFEFF{${head},"serial":1}`],
  [
    'a byte that is no UTF-8',
    Buffer.concat([
      Buffer.from(`{${head},"serial":1,"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]),
  ],
  ['no version', `{"lineage":"x","serial":1}`],
  ['a version of long ago', `{"version":3,"lineage":"x","serial":1}`],
  ['no lineage', `{"version":4,"serial":1}`],
  ['an empty lineage', `{"version":4,"serial":1,"lineage":""}`],
  ['a lineage with a NUL', `{"version":4,"serial":1,"lineage":"a\\u0000b"}`],
  ['no serial', `{${head}}`],
  ['a serial in quotes', `{${head},"serial":"1"}`],
  ['a negative serial', `{${head},"serial":-1}`],
  ['a broken serial', `{${head},"serial":1.5}`],
  ['a serial with an exponent', `{${head},"serial":1e2}`],
  ['a serial of 2^53', `{${head},"serial":9007199254740992}`],
  ['a serial far beyond', `{${head},"serial":${'9'.repeat(400)}}`],
  ['two serials', `{${head},"serial":1,"serial":2}`],
  ['two serials, one of them escaped', `{${head},"serial":1,"seri\\u0061l":2}`],
  ['two serials, one in capitals, which Terraform reads too', `{${head},"serial":1,"Serial":2}`],
  ['resources that are an object', `{${head},"serial":1,"resources":{}}`],
])('calls %s malformed, in a sentence', (_what, text) => {
  expect(inspectState(Buffer.from(text))).toEqual({
    kind: 'malformed',
    reason: expect.stringMatching(/^the upload (is|has|ends|begins) /),
  })
})

test('finds serial and lineage among decoys, in any order', () => {
  const decoy = { serial: 99, lineage: 'no', version: 3, '"serial":98': '\\"serial\\":97' }
  const members = [
    ['version', 4],
    ['serial', 12],
    ['lineage', 'a"}\\'],
    ['terraform_version', '1.11.4'],
    ['outputs', decoy],
    ['resources', [decoy]],
    ['__proto__', decoy],
  ] as const
  fc.assert(
    fc.property(fc.shuffledSubarray([...members], { minLength: members.length }), (order) => {
      const text = `{${order.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)}}`
      expect(headerOf(Buffer.from(text))).toMatchObject({
        serial: 12,
        lineage: 'a"}\\',
        terraformVersion: '1.11.4',
        encrypted: false,
      })
    }),
  )
})

test('another serial changes its digits and no other byte', () => {
  const serial = fc.maxSafeNat()
  fc.assert(
    fc.property(serial, serial, fc.string(), (before, after, noise) => {
      const make = (digits: number) =>
        Buffer.from(
          `{ "x": ${JSON.stringify(noise)}, "n": 12345678901234567890.10,\r\n "serial" : ${digits} , ${head} }`.toWellFormed(),
        )
      const bytes = make(before)
      expect(withSerial(bytes, headerOf(bytes), after).equals(make(after))).toBe(true)
    }),
  )
})

test('of a state that OpenTofu encrypted knows serial and lineage, and says so', () => {
  const bytes = Buffer.from(
    `{"serial":3,"lineage":"${aLineage}","meta":{"key_provider.pbkdf2.x":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}`,
  )

  expect(headerOf(bytes)).toMatchObject({
    serial: 3,
    lineage: aLineage,
    encrypted: true,
    managed: undefined,
  })
})

test('counts managed resources without parsing', () => {
  expect(headerOf(aState({ serial: 1, names: ['a', 'b', 'c'] })).managed).toBe(3)
  expect(headerOf(aState({ serial: 1, names: [] })).managed).toBe(0)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Unreadable } from '../unreadable.ts'
import { readPlanMessage } from './plan-message.ts'

const terraform = { name: 'terraform', version: '1.11.4' } as const

/** A protobuf field: a number, or text, or an inner message. */
function field(number: number, value: number | string | readonly Buffer[]): Buffer {
  if (typeof value === 'number') return Buffer.from([...varint(number * 8), ...varint(value)])
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.concat([...value])
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
}

const value = (text: string) => [field(1, text)]
const plan = [field(1, 3), field(14, '1.11.4')]
const change = (action: number, ...values: string[]) => [
  field(1, action),
  ...values.map((each) => field(2, value(each))),
]
const resource = (inner: readonly Buffer[], ...more: readonly Buffer[]) =>
  field(3, [
    field(13, 'terraform_data.a'),
    field(8, 'provider["terraform.io/builtin/terraform"]'),
    field(9, inner),
    ...more,
  ])

const read = (fields: readonly Buffer[], tool: Parameters<typeof readPlanMessage>[1] = terraform) =>
  readPlanMessage(Buffer.concat([...fields]), tool)

test('a change has the values that belong to its action', () => {
  const message = read([...plan, resource(change(5, 'old')), resource(change(3, 'old', 'new'))])
  expect(message.resourceChanges.map((each) => each.change)).toMatchObject([
    { actions: ['delete'], before: Buffer.from('old'), after: undefined },
    { actions: ['update'], before: Buffer.from('old'), after: Buffer.from('new') },
  ])
})

describe('what is not understood for certain is not read', () => {
  test.each([
    ['another version of the format', [field(1, 4), field(14, '1.11.4')]],
    ['no version', [field(14, '1.11.4')]],
    ['a plan of another Terraform', [field(1, 3), field(14, '1.11.3')]],
    ['deferred changes', [...plan, field(27, [])]],
    ['invocations of actions', [...plan, field(30, [])]],
    ['a field of the future', [...plan, field(33, 1)]],
    ['an action of the future', [...plan, resource(change(10, 'x'))]],
    ['a value too few', [...plan, resource(change(3, 'x'))]],
    ['a value too many', [...plan, resource(change(1, 'x', 'y'))]],
    ['a reason of the future', [...plan, resource(change(1, 'x'), field(12, 14))]],
    [
      'an import whose id is unknown',
      [...plan, resource([...change(1, 'x'), field(5, [field(2, 1)])])],
    ],
    [
      'another serialisation of a value',
      [...plan, resource([field(1, 1), field(2, [field(2, 'x')])])],
    ],
    ['a resource of another kind', [...plan, field(3, [field(13, 'ephemeral.a.b')])]],
  ])('%s', (_name, fields) => {
    expect(() => read(fields)).toThrow(Unreadable)
  })

  test.each([
    ['terraform', '1.4.9'],
    ['terraform', '1.16.0'],
    ['terraform', '1.12.0-beta1'],
    ['tofu', '1.7.9'],
    ['tofu', '1.13.0'],
  ] as const)('a plan of %s %s', (name, version) => {
    const fields = [field(1, 3), field(14, version)]
    expect(() => read(fields, { name, version })).toThrow(Unreadable)
  })

  test('any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(() => readPlanMessage(Buffer.from(bytes), terraform)).toThrow(Unreadable)
      }),
    )
  })
})

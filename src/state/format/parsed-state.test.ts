import { expect, test } from 'vitest'
import { aLineage } from '../../../test/support/state.ts'
import { parseState } from './parsed-state.ts'

function parse(body: string) {
  return parseState(Buffer.from(`{"version":4,"serial":1,"lineage":"${aLineage}",${body}}`))
}

function instances(...parts: readonly string[]) {
  return `"resources":[{"module":"module.net[\\"a.b\\"]","mode":"managed","type":"aws_vpc","name":"main",
    "provider":"provider[\\"registry.terraform.io/hashicorp/aws\\"]","instances":[${parts.join()}]}]`
}

test('lists each instance as people speak of it', () => {
  const { resources } = parse(
    instances(
      `{"index_key":0,"schema_version":1,"attributes":{"id":"vpc-1"},"dependencies":["aws_x.y"]}`,
      `{"index_key":"k\${x}","status":"tainted","attributes":{"id":17}}`,
      `{"deposed":"1a2b3c4d","attributes":{"name":"old"}}`,
    ),
  )

  expect(resources).toMatchObject([
    {
      address: 'module.net["a.b"].aws_vpc.main[0]',
      module: 'module.net["a.b"]',
      type: 'aws_vpc',
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      id: 'vpc-1',
      index: 0,
      tainted: false,
      schemaVersion: 1,
      dependencies: ['aws_x.y'],
    },
    { address: 'module.net["a.b"].aws_vpc.main["k$${x}"]', id: '17', tainted: true },
    {
      address: 'module.net["a.b"].aws_vpc.main (deposed 1a2b3c4d)',
      deposed: '1a2b3c4d',
      id: undefined,
    },
  ])
  expect(new Set(resources.map(({ key }) => key)).size).toBe(3)
})

test.each(['9007199254740993', '12345678901234567890', '1.10', '1e400', '0.1000000000000000055'])(
  'the number %s keeps its text',
  (digits) => {
    const state = parse(`"outputs":{"n":{"value":{"deep":[${digits}]},"type":"dynamic"}}`)

    expect(JSON.stringify(state.outputs[0]?.value)).toBe(`{"deep":[${digits}]}`)
  },
)

test('a key __proto__ is a key and changes nothing else', () => {
  const state = parse(instances(`{"attributes":{"__proto__":{"polluted":true},"id":"x"}}`))

  expect(Object.keys(state.resources[0]?.attributes ?? {})).toEqual(['__proto__', 'id'])
  expect('polluted' in {}).toBe(false)
})

test.each([
  '"resources":null',
  '"resources":[null,1,"x",[],{}]',
  '"resources":[{"instances":{}}]',
  '"resources":[{"instances":[null,1,[]]}],"outputs":[]',
  '"outputs":{"x":null,"y":3}',
  '"resources":[{"instances":[{"sensitive_attributes":"?","attributes":[1],"dependencies":{}}]}]',
])('survives a state of odd shape: %s', (body) => {
  expect(parse(body).lineage).toBe(aLineage)
})

test('of an encrypted state says why nothing can be shown', () => {
  const state = parseState(
    Buffer.from('{"serial":3,"lineage":"x","encrypted_data":"AA","encryption_version":"v0"}'),
  )

  expect(state).toMatchObject({
    serial: 3,
    resources: [],
    hidden: expect.stringMatching(/encrypted/),
  })
})

test('refuses what is no state', () => {
  expect(() => parseState(Buffer.from('{'))).toThrow(/cut off/)
})

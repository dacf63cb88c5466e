import { expect, test } from 'vitest'
import { curlOf } from './curl.ts'
import { type Endpoint, endpointsOf, matching, type OpenApiDocument } from './open-api.ts'
import { exampleOf, insides, resolverOf, typeWords } from './schema.ts'

const document: OpenApiDocument = {
  info: { title: 'Portolan', version: '1' },
  servers: [{ url: '/api/v1' }],
  paths: {
    '/changes': {
      get: { operationId: 'listChanges', summary: 'Changes, newest first', tags: ['Changes'] },
      post: {
        operationId: 'makeChange',
        summary: 'Make a change',
        tags: ['Changes'],
        'x-demands': 'change:plan',
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/NewChange' } } },
        },
      },
    },
    '/runs/{id}/approve': {
      post: { operationId: 'approve', summary: 'Approve a plan', tags: ['Runs'] },
    },
  },
  components: {
    schemas: {
      NewChange: {
        type: 'object',
        properties: {
          project: { type: 'string' },
          force: { type: 'boolean', default: false },
          operation: { enum: ['apply', 'destroy'] },
          inner: { $ref: '#/components/schemas/NewChange' },
        },
        required: ['project', 'force', 'operation'],
      },
      Endless: {
        type: 'object',
        properties: { again: { $ref: '#/components/schemas/Endless' } },
        required: ['again'],
      },
    },
  },
}

const endpoints = endpointsOf(document)
const resolve = resolverOf(document)
const endpoint = (id: string): Endpoint => {
  const found = endpoints.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no endpoint ${id}`)
  return found
}

test('knows every operation with its whole path', () => {
  expect(endpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/changes',
    'POST /api/v1/changes',
    'POST /api/v1/runs/{id}/approve',
  ])
})

test('finds by all words together', () => {
  expect(matching(endpoints, 'post changes').map(({ id }) => id)).toEqual(['makeChange'])
  expect(matching(endpoints, 'plan approve').map(({ id }) => id)).toEqual(['approve'])
  expect(matching(endpoints, ' ')).toHaveLength(3)
})

test('writes a command with what must be sent, and no more', () => {
  expect(
    curlOf(endpoint('makeChange'), resolve),
  ).toBe(`curl -X POST "$PORTOLAN_URL/api/v1/changes" \\
  -H "Authorization: Bearer $PORTOLAN_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '{
  "project": "…",
  "operation": "apply"
}'`)
})

test('shows what must be filled into an address', () => {
  expect(curlOf(endpoint('approve'), resolve)).toContain('/api/v1/runs/{ID}/approve"')
})

test('an example of a schema that holds itself ends', () => {
  expect(JSON.stringify(exampleOf({ $ref: '#/components/schemas/Endless' }, resolve))).toMatch(
    /null/,
  )
})

test.for([
  [{ type: 'string', format: 'uuid' }, 'string (uuid)'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Run' } }, 'list of Run'],
  [{ enum: ['plan', 'apply'] }, '"plan" | "apply"'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'names to string'],
  [{}, 'anything'],
] as const)('%j is called %s', ([schema, words]) => {
  expect(typeWords(schema)).toBe(words)
})

test('what has fields is found inside lists, alternatives and maps', () => {
  const run = { $ref: '#/components/schemas/Run' }
  expect(insides({ type: 'array', items: { anyOf: [run, { type: 'null' }] } })).toEqual([run])
  expect(insides({ type: 'array', items: { type: 'string' } })).toEqual([])
})

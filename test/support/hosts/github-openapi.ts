import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** What GitHub itself says of its API. */
export interface GitHubDescription {
  /** Undefined for what GitHub has not. */
  find(method: string, path: string): Found | undefined
  /** What is wrong with a request, as GitHub describes it. */
  wrongWith(found: Found, query: URLSearchParams, body: unknown): readonly string[]
  wrongWithAnswer(found: Found, status: number, body: unknown): readonly string[]
  wrongWithEvent(name: string, payload: unknown): readonly string[]
  /** Something of a schema with all that it must have, and what is given. */
  sample(schema: string, given?: Json): Json
  /** The same of an event's payload. */
  sampleEvent(name: string, given?: Json): Json
}

export type Json = { [name: string]: unknown }

export interface Found {
  /** `GET /repos/{owner}/{repo}/pulls` */
  readonly route: string
  readonly parameters: Readonly<Record<string, string>>
  readonly operation: Json
}

const require = createRequire(import.meta.url)

/** Parsed once in a process: it has thirteen megabytes. */
let known: GitHubDescription | undefined

export function githubDescription(): GitHubDescription {
  known ??= describe(
    JSON.parse(
      readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'), 'utf8'),
    ) as Json,
  )
  return known
}

function describe(document: Json): GitHubDescription {
  const paths = document['paths'] as Readonly<Record<string, Record<string, Json>>>
  const webhooks = document['x-webhooks'] as Readonly<Record<string, Record<string, Json>>>
  const at = (ref: string) =>
    ref
      .slice(2)
      .split('/')
      .reduce<Json>((node, part) => node[part] as Json, document)
  const resolved = (node: Json): Json => {
    const ref = node['$ref']
    return typeof ref === 'string' ? resolved(at(ref)) : node
  }
  const templates = Object.keys(paths).map((template) => ({ template, parts: template.split('/') }))
  const ajv = new Ajv({ strict: false, allErrors: false, coerceTypes: false, logger: false })
  const coercing = new Ajv({ strict: false, coerceTypes: true, logger: false })
  formats.default(ajv)
  formats.default(coercing)
  const compiled = new Map<unknown, ValidateFunction>()

  function check(schema: Json, value: unknown, by = ajv): readonly string[] {
    let validate = compiled.get(schema)
    if (validate === undefined) {
      validate = by.compile(withDefinitions(schema, at))
      compiled.set(schema, validate)
    }
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
  }

  const eventSchema = (name: string) =>
    schemaOf(resolved(webhooks[name]?.['post']?.['requestBody'] as Json)) as Json

  function sampleOf(schema: Json, depth = 0): unknown {
    const node = resolved(schema)
    if (depth > 12 || (depth > 0 && node['nullable'] === true)) return null
    return sampleOfParts(node, depth) ?? sampleOfType(node, depth)
  }

  function sampleOfParts(node: Json, depth: number): unknown {
    const all = node['allOf'] as Json[] | undefined
    if (all !== undefined) return Object.assign({}, ...all.map((each) => sampleOf(each, depth + 1)))
    const some = (node['oneOf'] ?? node['anyOf']) as Json[] | undefined
    if (some?.[0] !== undefined && node['properties'] === undefined) {
      return sampleOf(some.find((each) => each['type'] !== 'null') ?? some[0], depth + 1)
    }
    return (node['enum'] as unknown[] | undefined)?.[0]
  }

  function sampleOfType(node: Json, depth: number): unknown {
    switch (node['type']) {
      case 'string':
        return sampleOfText(node)
      case 'integer':
      case 'number':
        return node['minimum'] ?? 1
      case 'boolean':
        return false
      case 'array':
        return []
      default: {
        const properties = (node['properties'] ?? {}) as Readonly<Record<string, Json>>
        const required = (node['required'] ?? []) as string[]
        return Object.fromEntries(
          required.flatMap((name) => {
            const property = properties[name]
            return property === undefined ? [] : [[name, sampleOf(property, depth + 1)]]
          }),
        )
      }
    }
  }

  return {
    find(method, path) {
      const given = path.split('/')
      const fits = templates
        .filter(({ template, parts }) => {
          if (parts.length !== given.length || !paths[template]?.[method.toLowerCase()])
            return false
          return parts.every((part, index) => part.startsWith('{') || part === given[index])
        })
        .sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0]
      const operation = paths[fits?.template ?? '']?.[method.toLowerCase()]
      if (fits === undefined || operation === undefined) return undefined
      const parameters = Object.fromEntries(
        fits.parts.flatMap((part, index) =>
          part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(given[index] ?? '')]] : [],
        ),
      )
      return { route: `${method} ${fits.template}`, parameters, operation }
    },

    wrongWith({ parameters, operation, route }, query, body) {
      const described = ((operation['parameters'] ?? []) as Json[]).map(resolved)
      const inPath = described.filter((each) => each['in'] === 'path')
      const inQuery = described.filter((each) => each['in'] === 'query')
      const wrong = [
        ...inPath.flatMap((each) => wrongParameter(each, parameters[String(each['name'])])),
        ...inQuery.flatMap((each) =>
          wrongParameter(each, query.get(String(each['name'])) ?? undefined),
        ),
        ...[...query.keys()]
          .filter((name) => !inQuery.some((each) => each['name'] === name))
          .map((name) => `there is no query ${name}`),
      ]
      const content = operation['requestBody'] as Json | undefined
      const schema = content === undefined ? undefined : schemaOf(resolved(content))
      if (schema !== undefined && body !== undefined) {
        wrong.push(...check(schema, body), ...unknownFields(resolved(schema), body))
      } else if (content?.['required'] === true || (body !== undefined && schema === undefined)) {
        wrong.push('a body is there, or missing, where it should not be')
      }
      return wrong.map((each) => `${route}: ${each}`)
    },

    wrongWithAnswer({ route, operation }, status, body) {
      const responses = operation['responses'] as Readonly<Record<string, Json>>
      const response = responses[String(status)]
      if (response === undefined) return [`${route}: never answers ${status}`]
      const schema = schemaOf(resolved(response))
      if (schema === undefined) return []
      const wrong = check(schema, body).filter((each) => !undescribed.has(each))
      return wrong.map((each) => `${route} answered ${status}: ${each}`)
    },

    wrongWithEvent: (name, payload) =>
      check(eventSchema(name), payload).map((each) => `event ${name}: ${each}`),

    sample: (name, given = {}) =>
      over(sampleOf({ $ref: `#/components/schemas/${name}` }) as Json, given),

    sampleEvent: (name, given = {}) => over(sampleOf(eventSchema(name)) as Json, given),
  }

  function wrongParameter(described: Json, value: string | undefined): readonly string[] {
    if (value === undefined) {
      return described['required'] === true ? [`${described['name']} is missing`] : []
    }
    // ajv coerces what is inside of something only.
    let schema = wrapped.get(described)
    if (schema === undefined) {
      schema = { type: 'object', properties: { it: described['schema'] } }
      wrapped.set(described, schema)
    }
    return check(schema, { it: value }, coercing).map((each) => `${described['name']}: ${each}`)
  }
}

const wrapped = new Map<Json, Json>()

/** What GitHub answers although it does not describe it: a fork that was deleted. */
const undescribed: ReadonlySet<string> = new Set(['/head/repo must be object'])

function schemaOf(content: Json): Json | undefined {
  const media = content['content'] as Readonly<Record<string, Json>> | undefined
  return media?.['application/json']?.['schema'] as Json | undefined
}

function unknownFields(schema: Json, body: unknown): readonly string[] {
  const properties = schema['properties'] as Json | undefined
  if (properties === undefined || typeof body !== 'object' || body === null) return []
  return Object.keys(body)
    .filter((name) => !(name in properties))
    .map((name) => `there is no field ${name}`)
}

function sampleOfText(node: Json): string {
  switch (node['format']) {
    case 'date-time':
      return '2026-01-05T08:00:00Z'
    case 'uri':
      return 'https://api.github.com/something'
    default:
      return typeof node['example'] === 'string' ? node['example'] : 'something'
  }
}

/** JSON Schema of an OpenAPI 3.0 schema, with everything that it refers to. */
function withDefinitions(schema: Json, at: (ref: string) => Json): Json {
  const definitions: Json = {}
  const waiting: string[] = []
  const convert = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(convert)
    if (typeof node !== 'object' || node === null) return node
    const { nullable, example, examples, ...rest } = node as Json
    const ref = rest['$ref']
    if (typeof ref === 'string') {
      const name = ref.replaceAll('/', '.').slice(2)
      if (!(name in definitions)) {
        definitions[name] = true
        waiting.push(ref)
      }
      return { $ref: `#/definitions/${name}` }
    }
    const converted = Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key, key === 'enum' ? value : convert(value)]),
    )
    return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted
  }
  const root = convert(schema) as Json
  for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
    definitions[ref.replaceAll('/', '.').slice(2)] = convert(at(ref))
  }
  return { ...root, definitions }
}

/** The second over the first; lists and what is no object as they are. */
function over(base: Json, given: Json): Json {
  const result: Json = { ...base }
  for (const [name, value] of Object.entries(given)) {
    const before = result[name]
    result[name] = isPlain(before) && isPlain(value) ? over(before, value) : value
  }
  return result
}

function isPlain(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

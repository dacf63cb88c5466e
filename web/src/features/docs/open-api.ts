/** As much of OpenAPI 3.1 as our document uses. */
export interface OpenApiDocument {
  readonly info: {
    readonly title: string
    readonly version: string
    readonly description?: string
  }
  readonly servers?: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<Record<string, Answer>>
  readonly 'x-demands'?: string
  readonly 'x-on'?: string
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: Schema
}

export interface Answer {
  readonly description?: string
  readonly content?: Content
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly pattern?: string
}

/** An operation with where it is: what the page shows one of. */
export interface Endpoint {
  readonly id: string
  readonly method: string
  /** Whole, with what the server is mounted at. */
  readonly path: string
  readonly tag: string
  readonly operation: Operation
}

/** Every operation of the document, in its order. */
export function endpointsOf({ paths, servers = [] }: OpenApiDocument): readonly Endpoint[] {
  const base = servers[0]?.url ?? ''
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      id: operation.operationId ?? `${method}-${path}`,
      method: method.toUpperCase(),
      path: `${base}${path}`,
      tag: operation.tags?.[0] ?? 'Other',
      operation,
    })),
  )
}

/** Those in which every word occurs: in the method, the path, the summary or the tag. */
export function matching(endpoints: readonly Endpoint[], written: string): readonly Endpoint[] {
  const words = written.toLowerCase().split(/\s+/).filter(Boolean)
  return endpoints.filter(({ method, path, tag, operation }) => {
    const text = `${method} ${path} ${tag} ${operation.summary ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Media type and schema of what is sent or answered. */
export function mediaOf(
  content: Content | undefined,
): { readonly media: string; readonly schema: Schema | undefined } | undefined {
  const [first] = Object.entries(content ?? {})
  return first === undefined ? undefined : { media: first[0], schema: first[1].schema }
}

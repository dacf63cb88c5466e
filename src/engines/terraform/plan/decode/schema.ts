import { z } from 'zod'
import { Unreadable } from '../unreadable.ts'
import { type CtyType, isDynamic, readType } from './cty-type.ts'

/** What a provider declares of one type of resources: as much as the values of a plan need. */
export interface Schema {
  readonly version: number
  readonly block: Block
  readonly type: CtyType
}

export interface Block {
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly blocks: ReadonlyMap<string, { readonly nesting: Nesting; readonly block: Block }>
  /** Some attribute in it is declared sensitive. */
  readonly secret: boolean
}

export interface Attribute {
  readonly sensitive: boolean
  readonly type: CtyType
  /** An attribute that is made of attributes. */
  readonly nested: { readonly nesting: Nesting; readonly block: Block } | undefined
}

export type Nesting = 'single' | 'group' | 'list' | 'set' | 'map'

const NestingMode = z.enum(['single', 'group', 'list', 'set', 'map'])

const AttributeJson = z.object({
  type: z.unknown().optional(),
  sensitive: z.boolean().optional(),
  get nested_type() {
    return z
      .object({
        attributes: z.record(z.string(), AttributeJson).optional(),
        nesting_mode: NestingMode,
      })
      .optional()
  },
})

const BlockJson = z.object({
  attributes: z.record(z.string(), AttributeJson).optional(),
  get block_types() {
    return z
      .record(z.string(), z.object({ nesting_mode: NestingMode, block: BlockJson.optional() }))
      .optional()
  },
})

/** One schema of `terraform providers schema -json`; what is not listed here plays no part. */
export const SchemaJson = z.object({ version: z.number(), block: BlockJson.optional() })
export type SchemaJson = z.infer<typeof SchemaJson>

/**
 * Source: https://developer.hashicorp.com/terraform/cli/commands/providers/schema#format-summary
 * @throws Unreadable when it is no schema.
 */
export function readSchema(json: unknown): Schema {
  const parsed = SchemaJson.safeParse(json)
  if (!parsed.success) throw new Unreadable('a schema is of an unknown form')
  const block = readBlock(parsed.data.block ?? {})
  return { version: parsed.data.version, block, type: typeOfBlock(block) }
}

function readBlock(json: z.infer<typeof BlockJson>): Block {
  const attributes = readAttributes(json.attributes ?? {})
  const blocks = new Map(
    Object.entries(json.block_types ?? {}).map(([name, inner]) => [
      name,
      { nesting: inner.nesting_mode, block: readBlock(inner.block ?? {}) },
    ]),
  )
  return { attributes, blocks, secret: holdsSecrets(attributes, blocks) }
}

function readAttributes(
  json: Readonly<Record<string, z.infer<typeof AttributeJson>>>,
): ReadonlyMap<string, Attribute> {
  return new Map(
    Object.entries(json).map(([name, attribute]) => [name, readAttribute(attribute)] as const),
  )
}

function readAttribute(json: z.infer<typeof AttributeJson>): Attribute {
  const sensitive = json.sensitive === true
  if (json.nested_type === undefined) {
    return { sensitive, type: readType(json.type), nested: undefined }
  }
  const block = readBlock({ attributes: json.nested_type.attributes })
  const nesting = json.nested_type.nesting_mode
  return { sensitive, type: collected(typeOfBlock(block), nesting), nested: { nesting, block } }
}

function holdsSecrets(
  attributes: ReadonlyMap<string, Attribute>,
  blocks: Block['blocks'],
): boolean {
  return (
    [...attributes.values()].some((each) => each.sensitive || each.nested?.block.secret === true) ||
    [...blocks.values()].some((each) => each.block.secret)
  )
}

function typeOfBlock({ attributes, blocks }: Block | Omit<Block, 'secret'>): CtyType {
  const types = new Map<string, CtyType>()
  for (const [name, attribute] of attributes) types.set(name, attribute.type)
  for (const [name, { nesting, block }] of blocks) {
    const type = typeOfBlock(block)
    // Of a list of blocks with an attribute of any type, each may be of a type of its own.
    const varies = (nesting === 'list' || nesting === 'map') && isDynamic(type)
    types.set(name, varies ? { kind: 'dynamic' } : collected(type, nesting))
  }
  return { kind: 'object', attributes: types }
}

function collected(element: CtyType, nesting: Nesting): CtyType {
  return nesting === 'single' || nesting === 'group' ? element : { kind: nesting, element }
}

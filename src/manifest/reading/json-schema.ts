import { z } from 'zod'
import { wholeSchema } from './schema.ts'

/** Where editors find the schema. */
export const SCHEMA_ADDRESS =
  'https://raw.githubusercontent.com/portolan/portolan/main/schema/portolan.schema.json'

/** The manifest's JSON Schema, for editors, made of what checks it. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(wholeSchema, { target: 'draft-7', io: 'input' })
  return {
    $schema,
    $id: SCHEMA_ADDRESS,
    title: 'portolan.yaml',
    description: 'What a platform is made of, and where it runs.',
    ...schema,
  }
}

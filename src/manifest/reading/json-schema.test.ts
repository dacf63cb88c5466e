import { readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { jsonSchema } from './json-schema.ts'

const file = new URL('../../../schema/portolan.schema.json', import.meta.url)

test('the JSON Schema in the repository is that of the code (PORTOLAN_WRITE_SCHEMA=1 writes it)', () => {
  const text = `${JSON.stringify(jsonSchema(), undefined, 2)}\n`
  if (process.env['PORTOLAN_WRITE_SCHEMA'] === '1') writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('every key that can be written is explained', () => {
  const silent: string[] = []
  const look = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties') {
        for (const [name, inner] of Object.entries(value as Record<string, object>)) {
          if (!('description' in inner)) silent.push(`${path}.${name}`)
        }
      }
      look(value, `${path}.${key}`)
    }
  }
  look(jsonSchema(), '')
  expect(silent).toEqual([])
})

test('editors accept the manifest of the demo, and find an unknown key in it', async () => {
  const schema = z.fromJSONSchema(jsonSchema())
  const demo = new URL('../../../demo/platform/portolan.yaml', import.meta.url)
  const manifest = parse(await readFile(demo, 'utf8'))
  expect(schema.safeParse(manifest).error).toBeUndefined()
  manifest.components.db.neds = ['network']
  expect(schema.safeParse(manifest).success).toBe(false)
})

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { LockedProvider } from '../../init/data-directory-file.ts'
import type { Tool } from '../../tool-runner.ts'
import { Unreadable } from '../unreadable.ts'
import type { KnownSchemas, NeededSchema } from './decode-plan.ts'
import { SchemaJson } from './schema.ts'

/**
 * Schemas of providers, one file for each version of each as the lock file knows it (its hashes
 * are part of the file's name: Terraform starts no provider that has none of them). A file is an
 * index in one line, and the schemas one after the other: of the thousands that a large provider
 * has a plan needs a few.
 */
export interface SchemaCache {
  readonly directory: string
  readonly tool: Pick<Tool, 'name' | 'version' | 'platform'>
}

type ProviderKey = Pick<LockedProvider, 'source' | 'version' | 'hashes'>

const Index = z.record(z.string(), z.tuple([z.number(), z.number()]))

/** The schemas of these providers; undefined when one of them is not in the cache. */
export async function cachedSchemas(
  cache: SchemaCache,
  providers: readonly ProviderKey[],
): Promise<KnownSchemas | undefined> {
  const known = new Map<string, (name: string) => unknown>()
  for (const provider of providers) {
    const schemas = await readCached(fileOf(cache, provider))
    if (schemas === undefined) return undefined
    known.set(provider.source, schemas)
  }
  return (needed) => known.get(needed.provider)?.(nameOf(needed))
}

async function readCached(file: string): Promise<((name: string) => unknown) | undefined> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  const start = bytes.indexOf('\n') + 1
  const index = Index.safeParse(parseJson(bytes.toString('utf8', 0, start)))
  if (!index.success) return undefined
  return (name) => {
    const place = index.data[name]
    if (place === undefined) return undefined
    return JSON.parse(bytes.toString('utf8', start + place[0], start + place[1]))
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const Printed = z.object({
  format_version: z.string().regex(/^1\./),
  provider_schemas: z.record(
    z.string(),
    z.object({
      resource_schemas: z.record(z.string(), SchemaJson).optional(),
      data_source_schemas: z.record(z.string(), SchemaJson).optional(),
    }),
  ),
})

/**
 * Keeps what `providers schema -json` printed of these providers.
 * @throws Unreadable when it is of an unknown form, or not of all of them.
 */
export async function keepSchemas(
  cache: SchemaCache,
  providers: readonly ProviderKey[],
  printed: string,
): Promise<void> {
  const parsed = Printed.safeParse(JSON.parse(printed))
  if (!parsed.success) throw new Unreadable('schemas are of an unknown form')
  await mkdir(cache.directory, { recursive: true, mode: 0o700 })
  for (const provider of providers) {
    const schemas = parsed.data.provider_schemas[provider.source]
    if (schemas === undefined) throw new Unreadable(`${provider.source} has printed no schemas`)
    await keep(fileOf(cache, provider), [
      ...named('managed', schemas.resource_schemas),
      ...named('data', schemas.data_source_schemas),
    ])
  }
}

function named(
  mode: NeededSchema['mode'],
  schemas: Readonly<Record<string, SchemaJson>> = {},
): readonly (readonly [string, Buffer])[] {
  return Object.entries(schemas).map(([type, schema]) => [
    nameOf({ mode, type }),
    Buffer.from(JSON.stringify(schema)),
  ])
}

async function keep(file: string, schemas: readonly (readonly [string, Buffer])[]): Promise<void> {
  let end = 0
  const index = schemas.map(([name, bytes]) => {
    end += bytes.length
    return [name, [end - bytes.length, end]] as const
  })
  const head = Buffer.from(`${JSON.stringify(Object.fromEntries(index))}\n`)
  // Whole or not at all, whoever else writes the same.
  const whole = `${file}.${randomUUID()}`
  try {
    await writeFile(whole, Buffer.concat([head, ...schemas.map(([, bytes]) => bytes)]), {
      mode: 0o600,
    })
    await rename(whole, file)
  } catch (error) {
    await rm(whole, { force: true })
    throw error
  }
}

function nameOf({ mode, type }: Pick<NeededSchema, 'mode' | 'type'>): string {
  return `${mode} ${type}`
}

function fileOf({ directory, tool }: SchemaCache, provider: ProviderKey): string {
  const { source, version, hashes } = provider
  const key = [tool.name, tool.version, tool.platform, source, version, hashes.toSorted()]
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 40)
  return path.join(directory, `${source.replaceAll('/', '-')}-${version}-${name}`)
}

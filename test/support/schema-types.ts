import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/platform/process/process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where the row types of the migrated database are kept. */
export const schemaFile = path.join(root, 'src/platform/db/schema.gen.ts')

/** Writes the row types of a migrated database to `file`. */
export async function writeSchemaTypes(databaseUrl: string, file: string): Promise<void> {
  const result = await runCommand(
    process.execPath,
    [
      path.join(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
      '--dialect=postgres',
      '--exclude-pattern=migrations*',
      '--type-mapping={"int8":"number"}',
      `--out-file=${file}`,
    ],
    { cwd: root, env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl } },
  )
  if (result.exitCode !== 0) throw new Error(`kysely-codegen failed: ${result.stderr}`)
}

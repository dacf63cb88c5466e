import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { conflict } from '../../../platform/errors.ts'
import { configFiles, overrideFileName, type ToolName } from './config-file-names.ts'
import { readModule } from './module.ts'

/**
 * An override file is merged after those whose names sort before its own, Portolan's included.
 * @throws AppError `conflict` when one of a person's would put another backend in place of Portolan's
 */
export async function refuseLateOverride(directory: string, tool: ToolName): Promise<void> {
  const names = configFiles(await readdir(directory), tool)
  for (const name of names.filter((one) => isMergedLater(one))) {
    const text = await readFile(path.join(directory, name), 'utf8')
    if (readModule([{ name, text }], tool).backend.kind === 'none') continue
    throw conflict(
      `${path.join(directory, name)} sets a backend, and is merged after the file by which Portolan keeps the state`,
      {
        next: `Rename it, so that its name sorts before ${overrideFileName}: override.tf, for example.`,
      },
    )
  }
}

function isMergedLater(name: string): boolean {
  return /(^|_)override\.(tf|tofu)(\.json)?$/.test(name) && name > overrideFileName
}

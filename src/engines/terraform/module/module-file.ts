import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, notFound } from '../../../platform/errors.ts'
import { configFiles, type ToolName } from './config-file-names.ts'
import { type Module, readModule } from './module.ts'

/** A root module and every module below it that is a directory of the same checkout. */
export interface ModuleClosure {
  readonly root: Module
  /** Absolute directories, the root first. */
  readonly directories: readonly string[]
  readonly modules: readonly { readonly directory: string; readonly module: Module }[]
}

/**
 * Reads the configuration of a root module and of the local modules that it calls.
 * @throws AppError `not_found` when the directory is not there.
 */
export async function readClosure(directory: string, tool: ToolName): Promise<ModuleClosure> {
  const root = await readDirectory(directory, tool)
  if (root === undefined) {
    throw notFound(`the directory ${directory} does not exist`, {
      next: 'Run this in the directory of a root module.',
    })
  }
  const modules = [{ directory, module: root }]
  const seen = new Set([directory])
  for (let index = 0; index < modules.length; index += 1) {
    const caller = modules[index]
    if (caller === undefined) break
    for (const call of caller.module.calls) {
      if (call.source === undefined || !/^\.\.?([/\\]|$)/.test(call.source)) continue
      const called = path.resolve(caller.directory, call.source)
      if (seen.has(called)) continue
      seen.add(called)
      const module = await readDirectory(called, tool)
      if (module !== undefined) modules.push({ directory: called, module })
    }
  }
  return { root, directories: modules.map((entry) => entry.directory), modules }
}

async function readDirectory(directory: string, tool: ToolName): Promise<Module | undefined> {
  try {
    const names = configFiles(await readdir(directory), tool)
    const files = await Promise.all(
      names.map(async (name) => ({
        name,
        text: await readFile(path.join(directory, name), 'utf8'),
      })),
    )
    return readModule(files, tool)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}

import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { backendInForce, readText } from '../init/data-directory-file.ts'
import type { ToolName } from './config-file-names.ts'
import type { OwnBackend } from './module.ts'
import { readClosure } from './module-file.ts'

/** What a directory says about where its state has been so far. */
export interface ModuleDescription {
  readonly directory: string
  /** The module's own backend, as its configuration says, overrides merged. */
  readonly backend: OwnBackend
  /** Type of the backend that the person's own `terraform init` left in `.terraform`. */
  readonly initialised: string | undefined
  /** State files of the local backend that hold something. */
  readonly localStates: readonly LocalState[]
  /** Configuration files that could not be read; the tool will say why. */
  readonly unreadable: readonly string[]
}

export interface LocalState {
  readonly terraformWorkspace: string
  /** Absolute path. */
  readonly file: string
}

/**
 * Looks at a root module without running anything in it.
 * @throws AppError `not_found` when the directory is not there.
 */
export async function describeModule(
  directory: string,
  tool: ToolName = 'terraform',
): Promise<ModuleDescription> {
  const { root } = await readClosure(directory, tool)
  const { backend } = root
  const isLocal =
    backend.kind === 'none' || (backend.kind === 'backend' && backend.type === 'local')
  const inForce = await backendInForce(path.join(directory, '.terraform'))
  const initialisedPath = inForce?.type === 'local' ? inForce.config['path'] : undefined
  const defaultFile =
    (backend.kind === 'backend' ? backend.path : undefined) ??
    (typeof initialisedPath === 'string' ? initialisedPath : 'terraform.tfstate')
  return {
    directory,
    backend,
    initialised: inForce?.type,
    localStates: isLocal ? await localStates(directory, defaultFile) : [],
    unreadable: root.unreadable,
  }
}

/**
 * Local state files in a module that keeps its state elsewhere: `init` would want to migrate them.
 */
export async function strayLocalStates(directory: string): Promise<readonly LocalState[]> {
  return localStates(directory, 'terraform.tfstate')
}

async function localStates(directory: string, defaultFile: string): Promise<readonly LocalState[]> {
  const others = path.join(directory, 'terraform.tfstate.d')
  const names = await readdir(others).catch(() => [])
  const candidates = [
    { terraformWorkspace: 'default', file: path.resolve(directory, defaultFile) },
    ...names.map((name) => ({
      terraformWorkspace: name,
      file: path.join(others, name, 'terraform.tfstate'),
    })),
  ]
  const holding = await Promise.all(candidates.map(({ file }) => holdsSomething(file)))
  return candidates.filter((_, index) => holding[index])
}

/** A state without resources and outputs is what a destroy left; an unreadable one counts. */
async function holdsSomething(file: string): Promise<boolean> {
  const text = await readText(file)
  if (text.trim() === '') return false
  try {
    const state: unknown = JSON.parse(text)
    return !isEmpty(state, 'resources') || !isEmpty(state, 'outputs')
  } catch {
    return true
  }
}

function isEmpty(state: unknown, member: string): boolean {
  if (typeof state !== 'object' || state === null) return false
  const value: unknown = Reflect.get(state, member)
  return value === undefined || value === null || Object.keys(value).length === 0
}

import { createHash } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { codeOf, conflict } from '../../../platform/errors.ts'
import type { StatePlace } from '../command.ts'
import { HclFault, scanHcl, unquote } from '../module/hcl-scan.ts'
import type { ModuleClosure } from '../module/module-file.ts'
import type { Tool } from '../tool-runner.ts'

const keyFile = 'portolan-init'

export const lockFileName = '.terraform.lock.hcl'

export interface InitInputs {
  readonly tool: Tool
  readonly closure: ModuleClosure
  readonly place: StatePlace
  /** The environment that Terraform would see. */
  readonly variables: Readonly<Record<string, string>>
}

/** Everything that decides what `init` leaves in the data directory, as one hash. */
export async function initKey(inputs: InitInputs): Promise<string> {
  const { tool, closure, place, variables } = inputs
  const root = closure.directories[0] ?? ''
  const program = await stat(tool.path)
  const config =
    variables['TF_CLI_CONFIG_FILE'] ?? path.join(variables['HOME'] ?? '/', '.terraformrc')
  const parts = [
    [tool.name, tool.version, tool.path, tool.platform, program.size, program.mtimeMs],
    [place.backend, place.file, place.workspaceDirectory],
    [variables['TF_PLUGIN_CACHE_DIR'] ?? '', config, await readText(config)],
    await readText(path.join(root, lockFileName)),
    closure.modules.map(({ directory, module }) => [
      path.relative(root, directory),
      module.providerNeeds,
      module.calls,
      module.unreadable,
    ]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** True when the last `init` in the data directory was for the same key and its work is all there. */
export async function isInitialised(
  dataDirectory: string,
  key: string,
  inputs: InitInputs,
): Promise<boolean> {
  if ((await readText(path.join(dataDirectory, keyFile))) !== key) return false
  if ((await backendInForce(dataDirectory)) === undefined) return false
  return (
    (await modulesArePresent(dataDirectory, inputs)) &&
    (await providersArePresent(dataDirectory, inputs))
  )
}

export async function recordInit(dataDirectory: string, key: string): Promise<void> {
  await writeFile(path.join(dataDirectory, keyFile), key, { mode: 0o600 })
}

export async function forgetInit(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, keyFile), { force: true })
}

/** The file of a data directory that says which backend is in force. */
export function backendFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'terraform.tfstate')
}

const BackendFile = z.object({
  backend: z
    .object({ type: z.string(), config: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
})

/** The backend that `init` left in force, from `<TF_DATA_DIR>/terraform.tfstate`. */
export async function backendInForce(
  dataDirectory: string,
): Promise<{ type: string; config: Readonly<Record<string, unknown>> } | undefined> {
  const text = await readText(backendFile(dataDirectory))
  if (text === '') return undefined
  const parsed = BackendFile.safeParse(parseJson(text))
  const backend = parsed.success ? parsed.data.backend : undefined
  return backend ? { type: backend.type, config: backend.config ?? {} } : undefined
}

/**
 * Makes sure that the backend in force is the one that Portolan set. Anything else would write to a
 * place that nobody watches.
 * @throws AppError `conflict`.
 */
export async function assertBackend(dataDirectory: string, place: StatePlace): Promise<void> {
  const backend = await backendInForce(dataDirectory)
  const right =
    backend?.type === place.backend &&
    (place.backend === 'http'
      ? (backend.config['address'] ?? null) === null
      : backend.config['path'] === place.file &&
        backend.config['workspace_dir'] === place.workspaceDirectory)
  if (right) return
  throw conflict(
    `the module's own backend is stronger than Portolan's: ${backend?.type ?? 'none'} is in force`,
    {
      next: 'An override file whose name sorts after zzzz_portolan_override.tf.json sets a backend; rename it.',
    },
  )
}

const Modules = z.object({
  Modules: z.array(z.object({ Key: z.string(), Dir: z.string() })),
})

async function modulesArePresent(dataDirectory: string, inputs: InitInputs): Promise<boolean> {
  if (inputs.closure.root.calls.length === 0) return true
  const text = await readText(path.join(dataDirectory, 'modules', 'modules.json'))
  const parsed = Modules.safeParse(parseJson(text))
  if (!parsed.success) return false
  const root = inputs.closure.directories[0] ?? ''
  const present = await Promise.all(
    parsed.data.Modules.map((entry) => exists(path.resolve(root, entry.Dir))),
  )
  return present.every(Boolean)
}

async function providersArePresent(dataDirectory: string, inputs: InitInputs): Promise<boolean> {
  const locked = await lockedProvidersOf(inputs)
  if (locked === undefined) return false
  const present = await Promise.all(
    locked.map(({ source, version }) =>
      exists(path.join(dataDirectory, 'providers', source, version, inputs.tool.platform)),
    ),
  )
  return present.every(Boolean)
}

export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly source: string
  readonly version: string
  /** Its `h1:` hashes: of the unpacked package. */
  readonly hashes: readonly string[]
}

/** The providers that the module's lock file names; undefined when it cannot be read. */
export async function lockedProvidersOf({
  closure,
}: Pick<InitInputs, 'closure'>): Promise<readonly LockedProvider[] | undefined> {
  const root = closure.directories[0] ?? ''
  return lockedProviders(await readText(path.join(root, lockFileName)))
}

/** The providers that a lock file names; undefined when it cannot be read. */
export function lockedProviders(lockFile: string): readonly LockedProvider[] | undefined {
  try {
    return scanHcl(lockFile)
      .blocks.filter((block) => block.type === 'provider')
      .map((block) => ({
        source: block.labels[0] ?? '',
        version: unquote(block.body.attributes.get('version') ?? '') ?? '',
        hashes: block.body.attributes.get('hashes')?.match(/h1:[A-Za-z0-9+/=]+/g) ?? [],
      }))
  } catch (error) {
    if (error instanceof HclFault) return undefined
    throw error
  }
}

/** The file's text; empty when it is not there or may not be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'].includes(codeOf(error) ?? '')) return ''
    throw error
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

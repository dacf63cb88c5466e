import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { codeOf, conflict, messageOf, unavailable } from '../../../platform/errors.ts'
import { type Claim, claim, isClaimed } from '../../../platform/process/claim.ts'
import { importFileName, overrideFileName } from './config-file-names.ts'
import { type Import, importContent, importDigest } from './import-blocks.ts'

export type BackendType = 'local' | 'http'

/** The override is in the directory until it is released. */
export interface Override {
  release(): Promise<void>
}

const marker = 'Written by Portolan while a plan is made; safe to delete.'

/** A configuration that does nothing but set the backend. */
export function overrideContent(backend: BackendType): string {
  return `${JSON.stringify({ '//': marker, terraform: { backend: { [backend]: {} } } })}\n`
}

/** What a plan needs beside the module's own files. */
export interface OverrideWish {
  /** With `own` the module keeps its own backend. */
  readonly backend: BackendType | 'own'
  readonly imports?: readonly Import[] | undefined
}

interface Holding {
  readonly files: readonly string[]
  readonly holders: string
  readonly claim: Claim
}

const held = new Set<Holding>()

/**
 * Puts a file in the module's directory that gives it a backend of Portolan's instead of its own, and
 * one with what is to be imported. Plans with the same wish share them, in this process and others;
 * others wait. The last one removes them, and what a killed process left is used again or removed.
 * @throws AppError `conflict` when a person wrote a file of that name, `unavailable` when the
 * directory cannot be written.
 */
export async function holdOverride(
  directory: string,
  { backend, imports = [] }: OverrideWish,
  waiting: { readonly signal: AbortSignal; readonly onWait: () => void },
): Promise<Override> {
  const file = path.join(directory, overrideFileName)
  const importFile = path.join(directory, importFileName)
  const files = [file, importFile]
  const registry = await registryOf(directory)
  const holders = path.join(registry, 'holders')
  const holding: Holding = {
    files,
    holders,
    claim: await claim(holders, { kind: kindOf(backend, imports), ...waiting }),
  }
  held.add(holding)
  removeAtExit()
  const release = async () => {
    const mutex = await claim(path.join(registry, 'mutex'))
    try {
      held.delete(holding)
      await holding.claim.release()
      if (!(await isClaimed(holders))) for (const one of files) await removeOurs(one)
    } finally {
      await mutex.release()
    }
  }
  try {
    const mutex = await claim(path.join(registry, 'mutex'))
    try {
      if (backend === 'own') await removeOurs(file)
      else await ensure(file, overrideContent(backend))
      await ensureImports(importFile, imports)
    } finally {
      await mutex.release()
    }
  } catch (error) {
    await release()
    throw error
  }
  return { release }
}

/** Only who imports the very same may see the file. */
function kindOf(backend: OverrideWish['backend'], imports: readonly Import[]): string {
  return imports.length === 0 ? backend : `${backend} ${importDigest(imports)}`
}

/** A file of that name is no part of the sources: a person's own would be planned without being seen. */
async function ensureImports(file: string, imports: readonly Import[]): Promise<void> {
  if (imports.length > 0) return ensure(file, importContent(imports, marker))
  await demandNotForeign(file)
  await removeOurs(file)
}

async function demandNotForeign(file: string): Promise<void> {
  if ((await isOurs(file)) !== false) return
  throw conflict(`${file} was not written by Portolan`, {
    next: 'Rename the file: Portolan needs its name while it plans.',
  })
}

async function ensure(file: string, content: string): Promise<void> {
  await demandNotForeign(file)
  if ((await readIfThere(file)) === content) return
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.draft`)
  try {
    await writeFile(draft, content, { mode: 0o644 })
    await rename(draft, file)
  } catch (error) {
    throw unavailable(`${path.dirname(file)} cannot be written: ${messageOf(error)}`, {
      next: 'Portolan puts a file there while it plans; make the directory writable.',
      cause: error,
    })
  }
}

async function removeOurs(file: string): Promise<void> {
  if (await isOurs(file)) await rm(file, { force: true })
}

/** Undefined when there is no such file. */
async function isOurs(file: string): Promise<boolean | undefined> {
  try {
    if (!(await lstat(file)).isFile()) return false
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  return (await readIfThere(file))?.includes(marker) ?? false
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Who holds the override of a directory is written outside it, so that nothing else appears there. */
async function registryOf(directory: string): Promise<string> {
  const { uid } = userInfo()
  const root = path.join(tmpdir(), `portolan-${uid}`)
  await mkdir(root, { recursive: true, mode: 0o700 })
  const stat = await lstat(root)
  if (!stat.isDirectory() || (uid >= 0 && stat.uid !== uid)) {
    throw unavailable(`${root} belongs to somebody else`, { next: `Remove ${root} or set TMPDIR.` })
  }
  const key = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 32)
  return path.join(root, 'overrides', key)
}

let watchesExit = false

function removeAtExit(): void {
  if (watchesExit) return
  watchesExit = true
  process.once('exit', removeHeld)
}

function removeHeld(): void {
  for (const holding of held) {
    rmSync(holding.claim.file, { force: true })
    const others = readdirSync(holding.holders).filter((name) => name.endsWith('.claim'))
    if (others.length > 0) continue
    for (const file of holding.files) rmSync(file, { force: true })
  }
}

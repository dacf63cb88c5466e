import { randomBytes } from 'node:crypto'
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../../platform/errors.ts'
import type { ToolName } from '../module/config-file-names.ts'
import { isVersion } from './choose-version.ts'

/** Where a version of a tool is kept; a person may put one there too. */
export function cachedProgram(directory: string, name: ToolName, version: string): string {
  return path.join(directory, name, version, name)
}

/** The versions of a tool that are kept and may be executed. */
export async function cachedVersions(directory: string, name: ToolName): Promise<string[]> {
  const entries = await readdir(path.join(directory, name)).catch(() => [])
  const there = await Promise.all(
    entries
      .filter(isVersion)
      .map(async (version) =>
        (await isExecutable(cachedProgram(directory, name, version))) ? [version] : [],
      ),
  )
  return there.flat()
}

/** True for a file that this user may execute. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Milliseconds after which what an unfinished install left is nobody's any more. */
const ABANDONED = 60 * 60_000

/**
 * Keeps a program as that version of a tool, once it passes the check: written beside its place and
 * renamed, so that whoever looks sees all of it or nothing. Who comes second leaves what is there.
 */
export async function keepProgram(
  program: string,
  content: Buffer,
  check: (draft: string) => Promise<void>,
): Promise<void> {
  const place = path.dirname(program)
  await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
  await clearAbandoned(path.dirname(place))
  const draft = path.join(path.dirname(place), `.draft-${randomBytes(8).toString('hex')}`)
  try {
    await mkdir(draft, { mode: 0o755 })
    const file = path.join(draft, path.basename(program))
    await writeProgram(file, content)
    await check(file)
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const isTaken = ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')
    if (!isTaken || !(await isExecutable(program))) throw error
  }
}

async function writeProgram(file: string, content: Buffer): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'wx', 0o755)
    await handle.writeFile(content)
    // Whatever the umask says: runs of other users of the group may share the cache.
    await handle.chmod(0o755)
    await handle.sync()
  } finally {
    await handle?.close()
  }
}

async function clearAbandoned(directory: string): Promise<void> {
  const before = Date.now() - ABANDONED
  for (const name of await readdir(directory)) {
    if (!name.startsWith('.draft-')) continue
    const draft = path.join(directory, name)
    const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Date.now() }))
    if (mtimeMs < before) await rm(draft, { recursive: true, force: true })
  }
}

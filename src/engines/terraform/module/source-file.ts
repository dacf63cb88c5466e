import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../../platform/errors.ts'
import { importFileName, overrideFileName } from './config-file-names.ts'

/** Every file that affects a workspace: path relative to the root module, and what it holds. */
export interface SourceTree {
  readonly entries: ReadonlyMap<string, string>
  /** sha256 over all of it, lowercase hex. */
  readonly digest: string
}

const leftOut = new Set(['.git', '.terraform', 'node_modules', 'terraform.tfstate.d'])
const statesAndOurs = new RegExp(
  `^\\.?(${[overrideFileName, importFileName].join('|').replaceAll('.', '\\.')})|\\.tfstate(\\.[\\w.-]*backup)?$|^\\.terraform\\.tfstate\\.lock\\.info$|^\\..*\\.tfstate\\.lock\\.info$`,
)

/**
 * Reads the trees of the root module and of the local modules it calls, and the variable files.
 * A symbolic link counts with its target, and with the target's content where that lies outside.
 */
export async function readSource(
  directories: readonly string[],
  variableFiles: readonly string[],
): Promise<SourceTree> {
  const [root = ''] = directories
  const reading = new Reading(root)
  for (const directory of directories) await reading.tree(directory)
  for (const file of variableFiles) await reading.file(file)
  const entries = new Map([...reading.entries].sort(([a], [b]) => (a < b ? -1 : 1)))
  const digest = createHash('sha256')
    .update(JSON.stringify([...entries]))
    .digest('hex')
  return { entries, digest }
}

/** Configuration that changed while it was being read; files that the tool itself wrote may. */
export function configurationChanged(before: SourceTree, after: SourceTree): readonly string[] {
  const isConfiguration = (name: string) => /\.(tf|tofu|tfvars)(\.json)?$/.test(name)
  const names = new Set([...before.entries.keys(), ...after.entries.keys()])
  return [...names].filter(
    (name) => isConfiguration(name) && before.entries.get(name) !== after.entries.get(name),
  )
}

class Reading {
  readonly entries = new Map<string, string>()
  readonly #root: string
  readonly #visited = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  async tree(directory: string): Promise<void> {
    const real = await realpath(directory).catch(() => undefined)
    if (real === undefined || this.#visited.has(real)) return
    this.#visited.add(real)
    const names = await readdir(directory).catch(() => [])
    const kept = names.filter((name) => !leftOut.has(name) && !statesAndOurs.test(name))
    await inTurns(kept, 16, (name) => this.file(path.join(directory, name)))
  }

  async file(file: string): Promise<void> {
    const key = path.relative(this.#root, file)
    if (this.entries.has(key)) return
    try {
      const found = await lstat(file)
      if (found.isSymbolicLink()) await this.#link(file, key)
      else if (found.isDirectory()) await this.tree(file)
      else if (found.isFile()) this.entries.set(key, await describe(file, found.mode))
    } catch (error) {
      // A file that goes away while the tree is read is not there.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }

  async #link(file: string, key: string): Promise<void> {
    const target = await readlink(file)
    this.entries.set(key, `link ${target}`)
    const found = await stat(file).catch(() => undefined)
    if (found?.isDirectory()) await this.tree(file)
    else if (found?.isFile())
      this.entries.set(key, `link ${target} ${await describe(file, found.mode)}`)
  }
}

/** As git sees a file: whether it can be executed, and its content. */
async function describe(file: string, mode: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `${(mode & 0o100) === 0 ? 'file' : 'executable'} ${hash.digest('hex')}`
}

/** sha256 of one file's content; undefined when it is not there. */
export async function hashFile(file: string): Promise<string | undefined> {
  try {
    return (await describe(file, 0)).slice('file '.length)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += width) {
    await Promise.all(items.slice(start, start + width).map(work))
  }
}

import path from 'node:path'
import picomatch from 'picomatch'
import { unavailable } from '../../platform/errors.ts'
import { askGit, entriesOf, type GitPlace } from '../../platform/git/git.ts'
import { gitEnvironment } from '../../platform/process/git-environment.ts'
import { runCommandNow } from '../../platform/process/run-command.ts'
import type { ConfigDirectory } from '../discovery/discovered.ts'
import { factsOf, isConfigFile } from '../discovery/facts.ts'
import type { ManifestReader } from '../reading/manifest-file.ts'
import { MAIN_FILE } from '../reading/text-file.ts'

/** The files of a repository as they are in a commit; paths are relative to the place's root. */
export class CommitFiles {
  readonly #place: GitPlace
  readonly #commit: string

  constructor(place: GitPlace, commit: string) {
    this.#place = place
    this.#commit = commit
  }

  /** A file's text; undefined where there is none. */
  async text(file: string): Promise<string | undefined> {
    const result = await askGit(this.#place, ['cat-file', 'blob', this.#named(file)])
    return result.exitCode === 0 ? result.stdout.toString('utf8') : undefined
  }

  /** The same, asked in place: for expressions. */
  textNow(file: string): string | undefined {
    const { root, env } = this.#place
    const result = runCommandNow('git', ['-C', root, 'cat-file', 'blob', this.#named(file)], {
      env: gitEnvironment(env),
      timeout: 60_000,
    })
    return result.exitCode === 0 ? result.stdout.toString('utf8') : undefined
  }

  /** The manifest's files in this commit. */
  reader(): ManifestReader {
    const demand = async (file: string) => ({ file, text: (await this.text(file)) ?? '' })
    return {
      main: async () => {
        const text = await this.text(MAIN_FILE)
        return text === undefined ? undefined : { file: MAIN_FILE, text }
      },
      included: async (pattern) => {
        const matches = picomatch(path.posix.normalize(pattern))
        const files = await this.#files()
        return files
          .filter((file) => file !== MAIN_FILE && matches(file))
          .sort((a, b) => (a < b ? -1 : 1))
      },
      text: demand,
    }
  }

  /** What directories held; those without configuration are left out. */
  async configDirectories(directories: readonly string[]): Promise<ConfigDirectory[]> {
    // What lies outside the manifest's root is not asked for.
    const inside = directories.filter((one) => !one.startsWith('..'))
    const blobs = (await Promise.all(chunks(inside).map((one) => this.#blobsIn(one)))).flat()
    const texts = await this.#texts(blobs.map(({ id }) => id))
    const found = new Map<string, { readonly name: string; readonly text: string }[]>()
    for (const [at, { directory, name }] of blobs.entries()) {
      const file = { name, text: texts[at] ?? '' }
      const known = found.get(directory)
      if (known === undefined) found.set(directory, [file])
      else known.push(file)
    }
    return [...found].map(([directory, files]) => factsOf(directory, files))
  }

  /** `./` makes a path relative to the directory in which git runs. */
  #named(file: string): string {
    return `${this.#commit}:./${file}`
  }

  async #files(): Promise<string[]> {
    return entriesOf(await this.#ask(['ls-tree', '-r', '-z', '--name-only', this.#commit]))
  }

  async #blobsIn(directories: readonly string[]) {
    const paths = directories.map((one) => `${one}/`)
    const args = ['ls-tree', '-z', this.#commit]
    // Without a path it is the directory in which git runs.
    const lists = await Promise.all([
      directories.includes('') ? this.#ask(args) : undefined,
      this.#ask([...args, '--', ...paths.filter((one) => one !== '/')]),
    ])
    const wanted = new Set(directories)
    const entries = lists.flatMap((list) => (list === undefined ? [] : entriesOf(list)))
    return entries.flatMap((entry) => {
      const [, type, id = '', file = ''] = /^\S+ (\S+) (\S+)\t([\s\S]*)$/.exec(entry) ?? []
      const name = path.posix.basename(file)
      const above = path.posix.dirname(file)
      const directory = above === '.' ? '' : above
      if (type !== 'blob' || !wanted.has(directory) || !isConfigFile(name)) return []
      return [{ directory, name, id }]
    })
  }

  /** `git cat-file --batch`: for each id a line `<id> blob <size>`, the bytes, and a newline. */
  async #texts(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const result = await this.#ask(['cat-file', '--batch'], `${ids.join('\n')}\n`)
    const texts: string[] = []
    let at = 0
    for (const _ of ids) {
      const end = result.stdout.indexOf(10, at)
      const size = Number(/ (\d+)$/.exec(result.stdout.toString('latin1', at, end))?.[1] ?? 0)
      texts.push(result.stdout.toString('utf8', end + 1, end + 1 + size))
      at = end + size + 2
    }
    return texts
  }

  async #ask(args: readonly string[], input?: string) {
    const result = await askGit(this.#place, args, input === undefined ? {} : { input })
    if (result.exitCode === 0) return result
    throw unavailable(
      `git could not read ${this.#commit.slice(0, 10)}: ${result.stderr.split('\n')[0]}`,
      { next: 'In a shallow clone fetch more of the history: `git fetch --unshallow`.' },
    )
  }
}

function chunks(items: readonly string[]): string[][] {
  const size = 500
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

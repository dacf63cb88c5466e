import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import { changesBetween } from '../../platform/git/changes.ts'
import type { GitPlace } from '../../platform/git/git.ts'
import { configDirectories, readFacts } from '../discovery/discover-file.ts'
import type { ConfigDirectory } from '../discovery/discovered.ts'
import { isConfigFile } from '../discovery/facts.ts'
import { CommitFiles } from './commit-client.ts'
import { ChangedModules, type ModuleRow, StoredModules, toRow } from './module-graph.ts'

type Rows = ReadonlyMap<string, ModuleRow>

export interface ModulesInput {
  readonly place: GitPlace
  readonly commit: string
  /** Files that differ between the commit and the working tree. */
  readonly changed: readonly string[]
  readonly cacheDirectory: string | undefined
}

/** The modules of a commit: all of what was remembered of another one that is the same, the rest anew. */
export async function modulesAt(
  input: ModulesInput,
  remembered: { readonly commit: string; readonly modules: Rows } | undefined,
): Promise<Rows> {
  const { place, commit } = input
  if (remembered === undefined) return allModulesAt(input)
  if (remembered.commit === commit) return remembered.modules
  const between = await changesBetween(place, remembered.commit, commit)
  if (between === undefined) return allModulesAt(input)
  const found = await rowsAt(input, configurationIn(between))
  const merged = new ChangedModules(new StoredModules(remembered.modules), found)
  return new Map(
    [...merged.directories()].flatMap((directory) => {
      const row = merged.row(directory)
      return row === undefined ? [] : [[directory, row] as const]
    }),
  )
}

async function allModulesAt(input: ModulesInput): Promise<Rows> {
  const { place, changed, cacheDirectory } = input
  const listed = await configDirectories(place.root, { cacheDirectory, env: place.env })
  const rows = new Map(listed.map((one) => [one.directory, toRow(one)]))
  for (const [directory, row] of await rowsAt(input, configurationIn(changed))) {
    if (row === undefined) rows.delete(directory)
    else rows.set(directory, row)
  }
  return complete(input, rows)
}

/** Modules may be where nobody looks for root modules: in hidden directories, or beside the root. */
async function complete(input: ModulesInput, rows: Map<string, ModuleRow>): Promise<Rows> {
  const looked = new Set<string>()
  for (;;) {
    const missing = new Set([...rows.values()].flatMap((row) => row.calls))
    const unknown = [...missing].filter((one) => !rows.has(one) && !looked.has(one))
    if (unknown.length === 0) return rows
    for (const [directory, row] of await rowsAt(input, unknown)) {
      looked.add(directory)
      if (row !== undefined) rows.set(directory, row)
    }
  }
}

/** What directories held in the commit: read from there only where the working tree differs. */
async function rowsAt(
  { place, commit, changed }: ModulesInput,
  directories: Iterable<string>,
): Promise<Map<string, ModuleRow | undefined>> {
  const different = new Set(configurationIn(changed))
  const all = [...directories]
  const [same, other] = await Promise.all([
    rowsNow(
      place.root,
      all.filter((one) => !different.has(one)),
    ),
    new CommitFiles(place, commit).configDirectories(all.filter((one) => different.has(one))),
  ])
  for (const one of all) if (different.has(one)) same.set(one, undefined)
  for (const one of other) same.set(one.directory, toRow(one))
  return same
}

/** What directories hold now; undefined where there is no configuration. */
export async function rowsNow(
  root: string,
  directories: Iterable<string>,
): Promise<Map<string, ModuleRow | undefined>> {
  const found = await Promise.all(
    [...directories].map(async (directory) => {
      const facts = await factsNow(root, directory)
      return [directory, facts === undefined ? undefined : toRow(facts)] as const
    }),
  )
  return new Map(found)
}

async function factsNow(root: string, directory: string): Promise<ConfigDirectory | undefined> {
  const names = await readdir(path.join(root, directory)).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error) ?? '')) return []
    throw error
  })
  const present = names.filter(isConfigFile)
  return present.length === 0 ? undefined : readFacts(root, directory, present)
}

/** The directories of configuration among changed files. */
export function configurationIn(files: readonly string[]): Set<string> {
  const directories = new Set<string>()
  for (const file of files) {
    if (!isConfigFile(path.posix.basename(file))) continue
    const directory = path.posix.dirname(file)
    directories.add(directory === '.' ? '' : directory)
  }
  return directories
}

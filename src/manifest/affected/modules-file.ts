import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import { changesBetween } from '../../platform/git/changes.ts'
import type { GitPlace } from '../../platform/git/git.ts'
import type { ConfigDirectory } from '../discovery/discovered.ts'
import { isConfigFile } from '../discovery/facts.ts'
import { readFacts } from '../discovery/facts-file.ts'
import {
  ChangedModules,
  type ModuleGraph,
  type ModuleRow,
  RowModules,
  toRow,
} from './module-graph.ts'

/** What directories hold; undefined where there is no configuration. */
type Rows = Map<string, ModuleRow | undefined>

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
  remembered: { readonly commit: string; readonly modules: ModuleGraph } | undefined,
): Promise<ModuleGraph> {
  const { place, commit } = input
  if (remembered === undefined) return allModulesAt(input)
  if (remembered.commit === commit) return remembered.modules
  const between = await changesBetween(place, remembered.commit, commit)
  if (between === undefined) return allModulesAt(input)
  const found = await rowsAt(input, configurationIn(between))
  await addCalled(found, remembered.modules, (directories) => rowsAt(input, directories))
  return new ChangedModules(remembered.modules, found)
}

async function allModulesAt(input: ModulesInput): Promise<ModuleGraph> {
  const { place, changed, cacheDirectory } = input
  const { configDirectories } = await import('../discovery/discover-file.ts')
  const listed = await configDirectories(place.root, { cacheDirectory, env: place.env })
  const rows: Rows = new Map(listed.map((one) => [one.directory, toRow(one)]))
  for (const [directory, row] of await rowsAt(input, configurationIn(changed))) {
    rows.set(directory, row)
  }
  await addCalled(rows, undefined, (directories) => rowsAt(input, directories))
  return new RowModules(rows)
}

/** The modules of the working tree: those of the commit, but where something changed. */
export async function modulesNow(
  root: string,
  before: ModuleGraph,
  changed: readonly string[],
): Promise<ChangedModules> {
  const rows = await rowsNow(root, configurationIn(changed))
  await addCalled(rows, before, (directories) => rowsNow(root, directories))
  return new ChangedModules(before, rows)
}

/** Modules may be where nobody looks for root modules: in hidden directories, or beside the root. */
async function addCalled(
  rows: Rows,
  before: ModuleGraph | undefined,
  read: (directories: readonly string[]) => Promise<Rows>,
): Promise<void> {
  for (;;) {
    const called = new Set([...rows.values()].flatMap((row) => row?.calls ?? []))
    const missing = [...called].filter((one) => !rows.has(one) && before?.row(one) === undefined)
    if (missing.length === 0) return
    for (const [directory, row] of await read(missing)) rows.set(directory, row)
  }
}

/** What directories held in the commit: read from there only where the working tree differs. */
async function rowsAt(
  { place, commit, changed }: ModulesInput,
  directories: Iterable<string>,
): Promise<Rows> {
  const different = configurationIn(changed)
  const all = [...directories]
  const rows = await rowsNow(
    place.root,
    all.filter((one) => !different.has(one)),
  )
  const others = all.filter((one) => different.has(one))
  if (others.length === 0) return rows
  const { CommitFiles } = await import('./commit-client.ts')
  for (const one of others) rows.set(one, undefined)
  for (const one of await new CommitFiles(place, commit).configDirectories(others)) {
    rows.set(one.directory, toRow(one))
  }
  return rows
}

/** What directories hold now; undefined where there is no configuration. */
async function rowsNow(root: string, directories: Iterable<string>): Promise<Rows> {
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
function configurationIn(files: readonly string[]): Set<string> {
  const directories = new Set<string>()
  for (const file of files) {
    if (!isConfigFile(path.posix.basename(file))) continue
    const directory = path.posix.dirname(file)
    directories.add(directory === '.' ? '' : directory)
  }
  return directories
}

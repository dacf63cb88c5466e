import path from 'node:path'
import { orderedMatcher } from '../atlantis/glob.ts'
import type { ModuleGraph } from './module-graph.ts'
import type { Table } from './table.ts'
import { type Dependents, readFileUse } from './units.ts'

/** Reasons of each unit that changed files affect, by its place. */
export type Hits = Map<number, string[]>

// What tools leave behind says nothing of a module.
const noSource =
  /(^|\/)(\.git|\.terraform|node_modules|terraform\.tfstate\.d)(\/|$)|\.tfstate(\.[\w.-]*backup)?$/

const fileWords = { file: '', values: 'values file ', variables: 'variable file ' } as const

/** Which units depend on files that changed, and how that is told. */
export function hitsOf(
  files: readonly string[],
  dependents: Dependents,
  modules: ModuleGraph,
): Hits {
  const hits: Hits = new Map()
  const sources = files.filter((file) => !noSource.test(file))
  const owners = byOwner(sources, dependents, modules)
  for (const [directory, changed] of owners) {
    for (const unit of dependents.roots.get(directory) ?? []) add(hits, unit, ownReason(changed))
  }
  for (const [directory, changed] of owners) {
    const reason = moduleReason(directory, changed)
    for (const caller of allCallers(directory, modules)) {
      for (const unit of dependents.roots.get(caller) ?? []) add(hits, unit, reason)
      for (const unit of dependents.callers.get(caller) ?? []) add(hits, unit, reason)
    }
  }
  for (const file of files) {
    for (const use of dependents.files.get(file) ?? []) {
      const { unit, kind } = readFileUse(use)
      add(hits, unit, `${fileWords[kind]}${file} changed`)
    }
  }
  addTrees(hits, files, dependents.trees)
  addPatterns(hits, sources, dependents.patterns)
  return hits
}

/** The nearest directory around each file that is a root module, or a module of something. */
function byOwner(
  files: readonly string[],
  { roots }: Dependents,
  modules: ModuleGraph,
): Map<string, string[]> {
  const owners = new Map<string, string | undefined>()
  const isUsed = (directory: string) => {
    if (roots.get(directory) !== undefined) return true
    for (const _ of modules.callers(directory)) return true
    return false
  }
  const ownerOf = (directory: string): string | undefined => {
    if (owners.has(directory)) return owners.get(directory)
    const up = above(directory)
    const owner = isUsed(directory) ? directory : up === undefined ? undefined : ownerOf(up)
    owners.set(directory, owner)
    return owner
  }
  const changed = new Map<string, string[]>()
  for (const file of files) {
    // A submodule of git changes as a whole: its path is a directory.
    const owner = isUsed(file) ? file : ownerOf(above(file) ?? '')
    if (owner === undefined) continue
    const known = changed.get(owner)
    if (known === undefined) changed.set(owner, [file])
    else known.push(file)
  }
  return changed
}

/** The directory around a path; undefined for the root, and beyond it. */
function above(name: string): string | undefined {
  if (name === '' || /^(\.\.\/)*\.\.$/.test(name)) return undefined
  const directory = path.posix.dirname(name)
  return directory === '.' ? '' : directory
}

/** Everything that calls a directory, through others too. */
function allCallers(directory: string, modules: ModuleGraph): Set<string> {
  const found = new Set<string>()
  const open = [directory]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const caller of modules.callers(at)) {
      if (caller === directory || found.has(caller)) continue
      found.add(caller)
      open.push(caller)
    }
  }
  return found
}

function addTrees(hits: Hits, files: readonly string[], trees: Table): void {
  if (trees.size === 0) return
  for (const file of files) {
    for (let at = above(file); at !== undefined && at !== ''; at = above(at)) {
      for (const unit of trees.get(at) ?? []) add(hits, unit, `${file} changed`)
    }
  }
}

function addPatterns(hits: Hits, files: readonly string[], patterns: Table): void {
  for (const lines of patterns.keys()) {
    const matcher = orderedMatcher(lines.split('\n'))
    const changed = files.filter((file) => matcher.matches(file))
    if (changed.length === 0) continue
    for (const unit of patterns.get(lines) ?? []) add(hits, unit, ownReason(changed))
  }
}

/** Adds the units that watch a file that changed. */
export function addWatched(
  hits: Hits,
  files: readonly string[],
  [globs, matcherOf]: readonly [Table, (glob: string) => (file: string) => boolean],
): void {
  for (const glob of globs.keys()) {
    const matches = matcherOf(glob)
    const changed = files.filter((file) => matches(file))
    if (changed.length === 0) continue
    for (const unit of globs.get(glob) ?? []) {
      add(hits, unit, `${some(changed)} changed, watched as ${glob}`)
    }
  }
}

function add(hits: Hits, unit: number, reason: string): void {
  const known = hits.get(unit)
  if (known === undefined) hits.set(unit, [reason])
  else if (!known.includes(reason)) known.push(reason)
}

function ownReason(files: readonly string[]): string {
  return `${some(files)} changed`
}

function moduleReason(directory: string, files: readonly string[]): string {
  return `module ${directory === '' ? 'at the root' : directory} changed (${some(files)})`
}

/** `infra/db/main.tf and 3 more` */
function some(files: readonly string[]): string {
  const [first = '', ...more] = files
  return more.length === 0 ? first : `${first} and ${more.length} more`
}

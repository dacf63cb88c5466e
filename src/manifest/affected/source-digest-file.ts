import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { notFound } from '../../platform/errors.ts'
import { topOf } from '../../platform/git/changes.ts'
import { askGit, entriesOf } from '../../platform/git/git.ts'
import type { Component, Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import { gap } from '../resolving/known-text.ts'
import { type Dependencies, dependenciesOf, directoryOf } from './dependencies.ts'
import { usedValues } from './used-values.ts'
import { meaningOf, plainOf } from './written.ts'

/**
 * sha256 over everything that a component is made of and that is the same in every environment: how it is
 * written and the lowest layer of the values that it reads; the files of its directory and of local
 * modules; files that its commands name, value files, watched ones.
 * @throws AppError `not_found` for a component that the manifest has not.
 */
export async function sourceDigest(
  manifest: Manifest,
  component: string,
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const found = manifest.components.get(component)
  if (found === undefined) throw notFound(`the manifest has no component ${component}`)
  const made = dependenciesOf(found, withGaps)
  const [own, named] = await Promise.all([
    ownFiles(manifest, found, made),
    namedFiles(manifest, made, env),
  ])
  const content = [
    plainOf(meaningOf(found)),
    [...usedValues(manifest, found)].map(([name, node]) => [name, plainOf(node)]),
    [...new Map([...own, ...named])].sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  return createHash('sha256').update(JSON.stringify(content, exactly)).digest('hex')
}

/** What an expression gives may differ between environments. */
function withGaps({ value }: ScalarNode): string {
  return String(value).replace(/\$\{\{.*?\}\}/gs, gap)
}

function exactly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

type Files = (readonly [file: string, content: string])[]

/** The files of the root module and of the local modules that it calls. */
async function ownFiles(
  manifest: Manifest,
  component: Component,
  { directory }: Dependencies,
): Promise<Files> {
  if (directory === undefined) return []
  // Reading modules takes libraries that a manifest alone needs nothing of.
  const { readClosure, readSource } = await import('../../engines/index.ts')
  const tool = component.terraform?.tool ?? 'terraform'
  const closure = await readClosure(path.join(manifest.root, directory), tool)
  const { entries } = await readSource(closure.directories, [])
  const modules = new Set(closure.directories.map((one) => fromRoot(manifest.root, one)))
  const others = rootModules(manifest)
  const files: Files = []
  for (const [name, content] of entries) {
    const file = path.posix.join(directory, name.split(path.sep).join('/'))
    // Terraform itself writes the lock file, on the first plan; and what another component is made of,
    // which lies below this one, is that one's business.
    if (path.posix.basename(file) === '.terraform.lock.hcl') continue
    if (isOwn(file, modules, others)) files.push([file, content])
  }
  return files
}

function isOwn(file: string, modules: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (let at = file; at !== ''; ) {
    const above = path.posix.dirname(at)
    at = above === '.' ? '' : above
    if (modules.has(at)) return true
    if (others.has(at)) return false
    if (at.endsWith('..')) return true
  }
  return true
}

const rootModulesOf = new WeakMap<Manifest, ReadonlySet<string>>()

function rootModules(manifest: Manifest): ReadonlySet<string> {
  const known = rootModulesOf.get(manifest)
  if (known !== undefined) return known
  const directories = [...manifest.components.values()]
    .filter(({ kind }) => kind === 'terraform')
    .map(({ main }) => directoryOf(withGaps(main)))
  const made = new Set(directories.filter((directory) => directory !== undefined))
  rootModulesOf.set(manifest, made)
  return made
}

/** Files that are named or watched, and everything in directories that commands name. */
async function namedFiles(
  manifest: Manifest,
  made: Dependencies,
  env: Readonly<Record<string, string>> | undefined,
): Promise<Files> {
  const { root } = manifest
  const ignored = env === undefined ? new Set<string>() : await ignoredFiles(manifest, env)
  const { hashFile, readSource } = await import('../../engines/index.ts')
  const { findIncluded } = await import('../reading/include-file.ts')
  const watched = await Promise.all(made.globs.map((glob) => findIncluded(root, glob)))
  const names = new Set([...made.files.keys(), ...watched.flat()])
  const files: Files = []
  for (const name of names) {
    if (ignored.has(name)) continue
    const found = await stat(path.join(root, name)).catch(() => undefined)
    if (found?.isFile() !== true) continue
    files.push([name, (await hashFile(path.join(root, name))) ?? ''])
  }
  for (const directory of made.directories) {
    if (ignored.has(directory)) continue
    const found = await stat(path.join(root, directory)).catch(() => undefined)
    if (found?.isDirectory() !== true) continue
    const { entries } = await readSource([path.join(root, directory)], [])
    for (const [name, content] of entries) files.push([path.posix.join(directory, name), content])
  }
  return files
}

const ignoredOf = new WeakMap<Manifest, Promise<ReadonlySet<string>>>()

/** What git ignores of all that commands of the manifest name, asked once. */
function ignoredFiles(
  manifest: Manifest,
  env: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const known = ignoredOf.get(manifest) ?? askForIgnored(manifest, env)
  ignoredOf.set(manifest, known)
  return known
}

async function askForIgnored(
  manifest: Manifest,
  env: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const { root } = manifest
  const all = [...manifest.components.values()].map((component) =>
    dependenciesOf(component, withGaps),
  )
  const named = all.flatMap(({ files, directories }) => [
    ...[...files].filter(([, kind]) => kind === 'file').map(([file]) => file),
    ...directories,
  ])
  if (named.length === 0 || topOf(root) === undefined) return new Set()
  const input = [...new Set(named)].join('\0')
  return new Set(
    entriesOf(await askGit({ root, env }, ['check-ignore', '-z', '--stdin'], { input })),
  )
}

function fromRoot(root: string, directory: string): string {
  return path.relative(root, directory).split(path.sep).join('/')
}

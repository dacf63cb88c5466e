import path from 'node:path'
import type { Component } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import { gap } from '../resolving/known-text.ts'
import { pathsIn } from './words.ts'

/** What a component is made of beside its definition; all paths are relative to the root. */
export interface Dependencies {
  /** Of the root module; undefined where there is none, or it is elsewhere, or not known yet. */
  readonly directory: string | undefined
  readonly files: ReadonlyMap<string, FileKind>
  /** Directories that commands name. */
  readonly directories: readonly string[]
  readonly globs: readonly string[]
}

export type FileKind = 'file' | 'values' | 'variables'

/** Gives a text as far as it is known, with `gap` for what is not. */
export type KnownText = (scalar: ScalarNode) => string

/** The texts of a component that name files. */
function namingTexts(component: Component): ScalarNode[] {
  const { main, valueFiles, terraform, before, after } = component
  return [
    main,
    ...valueFiles,
    ...(terraform?.varFiles ?? []),
    ...[...before, ...after].map((hook) => hook.run),
  ]
}

/** Whether what a component is made of may differ between environments. */
export function differs(component: Component): boolean {
  return namingTexts(component).some(({ value }) => String(value).includes('${{'))
}

export function dependenciesOf(component: Component, known: KnownText): Dependencies {
  const { main, valueFiles, terraform, before, after, watch } = component
  const files = new Map<string, FileKind>()
  const add = (name: string, kind: FileKind) => {
    if (!name.includes(gap)) files.set(path.posix.normalize(name), kind)
  }
  for (const scalar of valueFiles) add(known(scalar).replace(/\?$/, ''), 'values')
  for (const scalar of terraform?.varFiles ?? []) {
    add(known(scalar).replace(/\?$/, ''), 'variables')
  }
  const commands = [...before, ...after].map((hook) => known(hook.run))
  if (component.kind === 'run') commands.push(known(main))
  const named = commands.map(pathsIn)
  for (const name of named.flatMap((one) => one.files)) if (!files.has(name)) add(name, 'file')
  return {
    directory: component.kind === 'run' ? undefined : directoryOf(known(main)),
    files,
    directories: [...new Set(named.flatMap((one) => one.directories))],
    globs: watch,
  }
}

/** The directory that a root module's path means; undefined for an address. */
export function directoryOf(main: string): string | undefined {
  if (/^[a-z0-9]+::|:\/\//i.test(main) || main.includes(gap)) return undefined
  const plain = path.posix.normalize(main).replace(/\/+$/, '')
  return plain === '.' ? '' : plain
}

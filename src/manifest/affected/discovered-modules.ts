import { type ConfigDirectory, discoveredManifest } from '../discovery/discovered.ts'
import { isLeftOut } from '../discovery/facts.ts'
import type { Manifest } from '../manifest.ts'
import { type ModuleGraph, toConfigDirectory } from './module-graph.ts'

/** What is discovered among directories of which is known what they hold. */
export function discoveredIn(root: string, modules: ModuleGraph): Manifest {
  return discoveredManifest(root, directoriesOf(modules))
}

/** The directories of a repository in which root modules are looked for. */
export function directoriesOf(modules: ModuleGraph): ConfigDirectory[] {
  return [...modules.directories()].flatMap((directory) => {
    const row = modules.row(directory)
    return row === undefined || isLeftOut(directory) || directory.startsWith('..')
      ? []
      : [toConfigDirectory(directory, row)]
  })
}

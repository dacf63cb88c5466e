import type { AtlantisProject } from '../atlantis/project.ts'
import { environmentsOf } from '../graph/edges.ts'
import type { Component, Environment, Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import { type Dependencies, dependenciesOf, differs } from './dependencies.ts'
import { type Dependents, fileUse, type Unit } from './units.ts'

/** Gives the texts of a component in an environment. */
export type TextsOf = (
  component: Component,
  environment: Environment,
) => (scalar: ScalarNode) => string

/** All that components are made of; `read` has the files that their expressions read. */
export function dependentsOf(
  manifest: Manifest,
  textsOf: TextsOf,
  readBy: (component: Component) => Iterable<string>,
): Dependents {
  const table = new Tables()
  const environments = [...manifest.environments.keys()]
  for (const component of manifest.components.values()) {
    // What is only planned when somebody asks for it is affected by nothing.
    if (component.atlantis?.isAutomatic === false) continue
    const places = environmentsOf(manifest, component).map((name) => environments.indexOf(name))
    const read = [...readBy(component)]
    if (component.atlantis !== undefined) {
      table.addProject({ component: component.name, environments: places }, component.atlantis)
    } else if (differs(component)) {
      for (const place of places) {
        const environment = manifest.environments.get(environments[place] ?? '')
        if (environment === undefined) continue
        const made = dependenciesOf(component, textsOf(component, environment))
        table.add({ component: component.name, environments: [place] }, made, read)
      }
    } else {
      const made = dependenciesOf(component, ({ value }) => String(value))
      table.add({ component: component.name, environments: places }, made, read)
    }
  }
  return { environments, ...table }
}

class Tables implements Omit<Dependents, 'environments'> {
  readonly units: Unit[] = []
  readonly roots = new Map<string, number[]>()
  readonly files = new Map<string, number[]>()
  readonly trees = new Map<string, number[]>()
  readonly globs = new Map<string, number[]>()
  readonly patterns = new Map<string, number[]>()
  readonly callers = new Map<string, number[]>()

  add(unit: Unit, made: Dependencies, read: readonly string[]): void {
    const at = this.units.length
    this.units.push(unit)
    if (made.directory !== undefined) push(this.roots, made.directory, at)
    for (const [file, kind] of made.files) push(this.files, file, fileUse(at, kind))
    for (const file of read) {
      if (!made.files.has(file)) push(this.files, file, fileUse(at, 'file'))
    }
    for (const directory of made.directories) push(this.trees, directory, at)
    for (const glob of made.globs) push(this.globs, glob, at)
  }

  addProject(unit: Unit, { directory, whenModified, withModules }: AtlantisProject): void {
    const at = this.units.length
    this.units.push(unit)
    push(this.patterns, whenModified.join('\n'), at)
    if (withModules) push(this.callers, directory, at)
  }
}

function push(map: Map<string, number[]>, key: string, item: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}

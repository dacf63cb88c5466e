import path from 'node:path'
import { directoryOf } from '../affected/dependencies.ts'
import { environmentsOf } from '../graph/edges.ts'
import { nameOf } from '../graph/graph.ts'
import type { Component, Manifest } from '../manifest.ts'
import { globMatcher, isGlob } from './glob.ts'

/** Atlantis's `-p`, `-d` and `-w`. */
export interface AtlantisWish {
  readonly project?: string | undefined
  /** From the root; may be a glob. */
  readonly directory?: string | undefined
  readonly terraformWorkspace?: string | undefined
}

/**
 * The workspaces that `-p NAME` or `-d DIRECTORY -w WORKSPACE` of Atlantis mean, in any manifest; none
 * for what is not there. As with Atlantis `-w` alone means the root directory. `-d` alone means
 * Terraform's `default` workspace there; where there is none, all of them.
 */
export function findByAtlantis(manifest: Manifest, wish: AtlantisWish): readonly string[] {
  const places = placesOf(manifest)
  const { project, directory, terraformWorkspace } = wish
  if (project !== undefined) {
    return directory === undefined && terraformWorkspace === undefined
      ? namesOf(places.filter(({ component }) => isCalled(component, project)))
      : []
  }
  if (directory === undefined && terraformWorkspace === undefined) return []
  const fits = directoryTest(directory ?? '.')
  const found = places.filter(({ component }) => {
    const own = placeOf(component)
    return own !== undefined && fits(own)
  })
  if (terraformWorkspace !== undefined) {
    return namesOf(
      found.filter(
        ({ environment, workspace }) =>
          environment === terraformWorkspace || workspace === terraformWorkspace,
      ),
    )
  }
  const byDirectory = [...Map.groupBy(found, ({ component }) => placeOf(component)).values()]
  return namesOf(
    byDirectory.flatMap((group) => {
      const usual = group.filter(({ workspace }) => workspace === 'default')
      return usual.length > 0 ? usual : group
    }),
  )
}

interface Place {
  readonly component: Component
  readonly environment: string
  /** Terraform's; undefined where only an expression knows it. */
  readonly workspace: string | undefined
}

function placesOf(manifest: Manifest): Place[] {
  return [...manifest.components.values()].flatMap((component) =>
    environmentsOf(manifest, component).map((environment) => ({
      component,
      environment,
      workspace: workspaceOf(component, environment),
    })),
  )
}

function workspaceOf({ terraform }: Component, environment: string): string | undefined {
  const written = terraform?.workspace === undefined ? 'default' : String(terraform.workspace.value)
  if (/^\$\{\{ *env\.name *\}\}$/.test(written)) return environment
  return written.includes('${{') ? undefined : written
}

function isCalled({ name, atlantis }: Component, project: string): boolean {
  return atlantis === undefined ? name === project : atlantis.name === project
}

function placeOf({ kind, main }: Component): string | undefined {
  const written = String(main.value)
  return kind === 'terraform' && !written.includes('${{') ? directoryOf(written) : undefined
}

function directoryTest(wish: string): (directory: string) => boolean {
  const normal = path.posix.normalize(wish).replace(/\/+$/, '')
  const plain = normal === '.' ? '' : normal
  if (!isGlob(plain)) return (directory) => directory === plain
  const matcher = globMatcher(plain)
  return (directory) => matcher.matches(directory)
}

function namesOf(places: readonly Place[]): string[] {
  return places.map(({ component, environment }) => nameOf(component.name, environment))
}

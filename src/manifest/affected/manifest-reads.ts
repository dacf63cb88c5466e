import { textsOfComponent, textsOfValues } from '../expressions/component-texts.ts'
import type { Component, Manifest } from '../manifest.ts'
import { type WorldReads, worldReads } from './world-reads.ts'

/** What the expressions of a manifest read beside it. */
export interface ManifestReads {
  readonly values: WorldReads
  readonly components: ReadonlyMap<string, WorldReads>
}

export function manifestReads(manifest: Manifest): ManifestReads {
  const components = [...manifest.components.values()].map(
    (component) => [component.name, componentReads(manifest, component)] as const,
  )
  const values = [...textsOfValues(manifest)].map(({ scalar }) => ({ scalar, condition: false }))
  return { values: worldReads(values), components: new Map(components) }
}

function componentReads(manifest: Manifest, component: Component): WorldReads {
  const texts = [...textsOfComponent(manifest, component)]
  return worldReads(texts.map(({ scalar, place }) => ({ scalar, condition: place === 'when' })))
}

/** Components whose definition may change with the commit alone, or with a file that nothing names; `*`: all. */
export function movingComponents({ values, components }: ManifestReads): string[] {
  if (values.moves) return ['*']
  return [...components].filter(([, reads]) => reads.moves).map(([name]) => name)
}

import type { Component, Environment, Manifest } from '../manifest.ts'
import type { Layer } from './layers.ts'

/** The layers of an environment's values, the lowest first, without `--set`. */
export function valueLayers(manifest: Manifest, environment: Environment): Layer[] {
  const layers: Layer[] = []
  if (manifest.values !== undefined) layers.push({ name: 'values', node: manifest.values })
  for (const { name, values } of lineage(manifest, environment)) {
    if (values !== undefined) layers.push({ name: `environments.${name}.values`, node: values })
  }
  return layers
}

/** The layers of a component's inputs that stand in the manifest, the lowest first. */
export function inputLayers(component: Component, environment: Environment): Layer[] {
  const layers: Layer[] = []
  if (component.inputs !== undefined) layers.push({ name: 'inputs', node: component.inputs })
  const own = environment.inputs.get(component.name)
  const name = `environments.${environment.name}.components.${component.name}.inputs`
  if (own !== undefined) layers.push({ name, node: own })
  return layers
}

/** An environment behind all that it extends, the farthest first. Cycles were refused at reading. */
function lineage(manifest: Manifest, environment: Environment): Environment[] {
  const line: Environment[] = []
  let at: Environment | undefined = environment
  while (at !== undefined && !line.includes(at)) {
    line.unshift(at)
    at = at.extends === undefined ? undefined : manifest.environments.get(at.extends)
  }
  return line
}

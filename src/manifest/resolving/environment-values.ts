import { checkText } from '../expressions/check.ts'
import { scalarsIn } from '../expressions/component-texts.ts'
import type { Datum, Dict } from '../expressions/datum.ts'
import { Fault } from '../expressions/fault.ts'
import { evaluateScalar, located } from '../expressions/render.ts'
import type { World } from '../expressions/scope.ts'
import type { Environment, Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import type { ResolveContext } from './context.ts'
import { mergedData } from './data.ts'
import { type Merged, mergeLayers } from './layers.ts'
import { setLayers } from './set-values.ts'
import { valueLayers } from './value-layers.ts'
import { createWorld, environmentNames } from './world.ts'

/** The values of one environment, and what its expressions may use. */
export interface EnvironmentValues {
  readonly merged: ReadonlyMap<string, Merged>
  /** Evaluated one by one, when they are read. */
  readonly values: Dict
  /** `values`, `env` and `git`. */
  readonly names: ReadonlyMap<string, Datum>
  readonly problems: readonly Problem[]
}

// Values that refer to one another in longer chains are a mistake, or meant to exhaust the stack.
const deepest = 100

export function environmentValues(
  manifest: Manifest,
  environment: Environment,
  context: ResolveContext,
): EnvironmentValues {
  const set = setLayers(context.set)
  const { merged, problems } = mergeLayers([...valueLayers(manifest, environment), ...set.layers])
  const typed = set.layers.flatMap(({ node }) =>
    [...scalarsIn([node])].flatMap((scalar) =>
      checkText({ scalar, place: 'values', onlyIn: undefined }),
    ),
  )
  const names = new Map(environmentNames(environment, context))
  const world = createWorld({ names, context })
  const values = mergedData(merged, 'values', guarded(world))
  names.set('values', values)
  return { merged, values, names, problems: [...set.problems, ...typed, ...problems] }
}

/** Evaluates values, of which some may need others, and refuses those that need themselves. */
function guarded(world: World): (scalar: ScalarNode, path: string) => Datum {
  const active: { readonly path: string; readonly scalar: ScalarNode }[] = []
  return (scalar, path) => {
    if (typeof scalar.value !== 'string') return evaluateScalar(scalar, world)
    const start = active.findIndex((one) => one.path === path)
    if (start !== -1) {
      const cycle = [...active.slice(start).map((one) => one.path), path]
      throw refusal(active.at(-1), `${path} needs itself: ${cycle.join(' → ')}`)
    }
    if (active.length >= deepest) {
      throw refusal(active.at(-1), `more than ${deepest} values refer to one another in a row`)
    }
    active.push({ path, scalar })
    try {
      return evaluateScalar(scalar, world)
    } finally {
      active.pop()
    }
  }
}

function refusal(
  from: { readonly path: string; readonly scalar: ScalarNode } | undefined,
  message: string,
): Fault {
  const fault = new Fault(message, { at: 0 })
  return from === undefined ? fault : located(fault, from.scalar)
}

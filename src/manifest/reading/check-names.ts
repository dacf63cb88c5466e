import { didYouMean } from '../../platform/nearest.ts'
import type { NameProblem } from '../kinds/kind.ts'
import { kinds } from '../kinds/kinds.ts'
import { checkIdentifier, checkVariable } from '../kinds/names.ts'
import type { Component } from '../manifest.ts'
import type { MapNode, Position } from '../node.ts'
import type { Problem } from '../problem.ts'
import { mapAt, scalarAt, scalarsAt } from './access.ts'
import type { ReadComponent } from './component.ts'
import type { ReadEnvironment } from './environment.ts'
import { circleOf } from './promotion-order.ts'

type Components = ReadonlyMap<string, ReadComponent>

/** Names that nothing has, circles of environments, and inputs that can have no such name. */
export function checkNames(
  environments: readonly ReadEnvironment[],
  components: Components,
): readonly Problem[] {
  const names = environments.map((one) => one.environment.name)
  return [
    ...checkLinks(environments, 'after'),
    ...checkLinks(environments, 'extends'),
    ...environments.flatMap((one) => checkOverrides(one, components)),
    ...[...components.values()].flatMap((one) => [
      ...checkEnvironments(one, names),
      ...checkInputNames(one.component, one.component.inputs),
      ...hooksOf(one.component).flatMap(({ env }) => checkKeys(env, checkVariable)),
      ...checkKeys(mapAt(one.node, 'outputs'), (name) => checkIdentifier(name, 'an output')),
    ]),
  ]
}

function hooksOf({ before, after }: Component) {
  return [...before, ...after]
}

function checkLinks(environments: readonly ReadEnvironment[], key: 'after' | 'extends'): Problem[] {
  const byName = new Map(environments.map((one) => [one.environment.name, one.environment]))
  const told = new Set<string>()
  return environments.flatMap(({ environment, node }) => {
    const target = environment[key]
    const at = scalarAt(node, key)?.at
    if (target === undefined) return []
    if (!byName.has(target)) return [unknownEnvironment(target, at, [...byName.keys()])]
    const circle = circleOf(environment.name, (name) => byName.get(name)?.[key])
    if (circle === undefined || told.has(environment.name)) return []
    for (const name of circle) told.add(name)
    const message = `\`${key}\` goes in a circle: ${circle.join(' → ')}`
    return [{ at, message, next: 'Remove one of these.' }]
  })
}

function unknownEnvironment(
  name: string,
  at: Position | undefined,
  known: readonly string[],
): Problem {
  const next =
    didYouMean(name, known) ?? `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`
  return { at, message: `there is no environment \`${name}\``, next }
}

/** What an environment says of single components. */
function checkOverrides({ environment, node }: ReadEnvironment, components: Components): Problem[] {
  return (mapAt(node, 'components')?.entries ?? []).flatMap(({ key, keyAt, value }): Problem[] => {
    const component = components.get(key)?.component
    if (component === undefined) {
      const message = `there is no component \`${key}\``
      return [{ at: keyAt, message, next: didYouMean(key, components.keys()) }]
    }
    if (component.environments?.includes(environment.name) === false) {
      const where = component.environments.join(', ')
      const message = `\`${key}\` does not exist in ${environment.name}, only in ${where}`
      const next = `Remove this, or add ${environment.name} to its \`environments\`.`
      return [{ at: keyAt, message, next }]
    }
    return checkInputNames(component, value.kind === 'map' ? mapAt(value, 'inputs') : undefined)
  })
}

function checkEnvironments({ node }: ReadComponent, known: readonly string[]): Problem[] {
  const seen = new Set<string>()
  return scalarsAt(node, 'environments').flatMap(({ value, at }): Problem[] => {
    const name = String(value)
    if (!known.includes(name)) return [unknownEnvironment(name, at, known)]
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ at, message: `\`${name}\` is named twice`, next: 'Remove one of them.' }]
  })
}

function checkInputNames(component: Component, inputs: MapNode | undefined): Problem[] {
  const kind = kinds.find((one) => one.name === component.kind)
  return kind === undefined ? [] : checkKeys(inputs, kind.checkInput)
}

function checkKeys(
  map: MapNode | undefined,
  check: (name: string) => NameProblem | undefined,
): Problem[] {
  return (map?.entries ?? []).flatMap(({ key, keyAt }) => {
    const wrong = check(key)
    if (wrong === undefined) return []
    return [{ at: keyAt, message: `\`${key}\` ${wrong.message}`, next: wrong.next }]
  })
}

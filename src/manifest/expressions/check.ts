import { didYouMean } from '../../platform/nearest.ts'
import type { Component, Manifest } from '../manifest.ts'
import { parseOutputType } from '../output-type.ts'
import type { Problem } from '../problem.ts'
import { mergeLayers } from '../resolving/layers.ts'
import { inputLayers, valueLayers } from '../resolving/value-layers.ts'
import { faultsOf } from './check-expression.ts'
import { type PlacedText, textsOfComponent, textsOfValues } from './component-texts.ts'
import { problemOf, shifted } from './fault.ts'
import { outputReferences } from './references.ts'
import { conditionOf, hasExpressions, opening, templateOf } from './template.ts'

/** Everything that is wrong with expressions, `when`, output types and layers, before any is evaluated. */
export function checkExpressions(manifest: Manifest): Problem[] {
  const components = [...manifest.components.values()]
  return [
    ...[...textsOfValues(manifest)].flatMap(checkText),
    ...components.flatMap((component) => [
      ...[...textsOfComponent(manifest, component)].flatMap(checkText),
      ...undeclaredOutputs(manifest, component),
      ...outputTypes(component),
      ...misplaced(component),
    ]),
    ...conflicts(manifest),
  ]
}

/** What is wrong with one text, whatever stands elsewhere. */
export function checkText({ scalar, place }: PlacedText): Problem[] {
  if (place === 'when') return checkCondition({ scalar, place, onlyIn: undefined })
  if (typeof scalar.value !== 'string') return []
  const { pieces, faults } = templateOf(scalar.value)
  return [
    ...faults,
    ...pieces.flatMap((piece) => {
      if (typeof piece === 'string') return []
      return faultsOf(piece.expression, place).map((fault) => shifted(fault, piece.start))
    }),
  ].map((fault) => problemOf(fault, scalar))
}

function checkCondition({ scalar, place }: PlacedText): Problem[] {
  const { value } = scalar
  if (typeof value !== 'string') return []
  if (value.includes(opening)) {
    const message = '`when` is an expression as a whole'
    return [{ at: scalar.at, message, next: `Leave the \`${opening} }}\` around it out.` }]
  }
  const { whole, faults } = conditionOf(value)
  const inside = whole === undefined ? [] : faultsOf(whole.expression, place)
  return [...faults, ...inside].map((fault) => problemOf(fault, scalar))
}

function undeclaredOutputs(manifest: Manifest, component: Component): Problem[] {
  return outputReferences(manifest, component).flatMap((reference) => {
    const declared = manifest.components.get(reference.component)?.outputs
    if (declared === undefined || declared.size === 0 || declared.has(reference.output)) return []
    const names = [...declared.keys()]
    const next = didYouMean(reference.output, names) ?? `It declares ${names.join(', ')}.`
    const message = `${reference.component} declares no output \`${reference.output}\``
    return [{ at: reference.at, message, next }]
  })
}

function outputTypes(component: Component): Problem[] {
  return [...component.outputs].flatMap(([name, { type, at }]) => {
    const parsed = parseOutputType(type)
    if (typeof parsed !== 'string') return []
    return [{ at, message: `the type of output \`${name}\`: ${parsed}`, next: typeExamples }]
  })
}

const typeExamples =
  'Types are written as in Terraform: string, list(string), object({ a = number }).'

/** Words of a component that are read as they are. */
function misplaced({ at, watch, retry }: Component): Problem[] {
  const words: readonly (readonly [string, readonly string[]])[] = [
    ['watch', watch],
    ['retry', retry?.on ?? []],
  ]
  return words
    .filter(([, texts]) => texts.some(hasExpressions))
    .map(([key]) => {
      const next = 'It is read before anything is evaluated: write it out.'
      return { at, message: `\`${key}\` cannot hold an expression`, next }
    })
}

/** Layers that do not go over one another, in the parts that the manifest itself holds. */
function conflicts(manifest: Manifest): Problem[] {
  return [...manifest.environments.values()].flatMap((environment) => {
    const own = [...environment.inputs.keys()].flatMap((name) => {
      const component = manifest.components.get(name)
      return component === undefined
        ? []
        : mergeLayers(inputLayers(component, environment)).problems
    })
    return [...mergeLayers(valueLayers(manifest, environment)).problems, ...own]
  })
}

import type { Kind } from '../kinds/kind.ts'
import { kinds, laterKinds } from '../kinds/kinds.ts'
import type { Component, OutputDeclaration, Retry, TerraformSettings } from '../manifest.ts'
import type { MapEntry, MapNode, Position, ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import {
  entryOf,
  flagAt,
  listAt,
  mapAt,
  numberAt,
  scalarAt,
  scalarsAt,
  textAt,
  textsAt,
  withoutEmpty,
} from './access.ts'
import { checkShape } from './check-shape.ts'
import { secondsOf } from './duration.ts'
import { readHooks } from './hooks.ts'
import { componentSchemas } from './schema.ts'

/** A component as it stands in a file. */
export interface ReadComponent {
  readonly component: Component
  readonly node: MapNode
}

/** Reads one entry of `components`. What cannot be understood is told, and stands in as far as it goes. */
export function readComponent(entry: MapEntry, problems: Problem[]): ReadComponent {
  const { key: name, keyAt: at, value } = entry
  const kind = value.kind === 'map' ? kindOf(name, at, value, problems) : undefined
  if (value.kind !== 'map') {
    const next = 'Write what it is below its name: `terraform: DIRECTORY` or `run: COMMAND`.'
    problems.push({ at, message: `the component \`${name}\` is empty`, next })
  }
  if (value.kind !== 'map' || kind === undefined) return standIn(name, at, value)
  const schema = componentSchemas.get(kind.name)
  if (schema === undefined) return standIn(name, at, value)
  const subject = { level: 'component', title: `\`${name}\``, at } as const
  const shaped = checkShape(schema, withoutEmpty(value, mayBeEmpty), subject, ([key, inner]) => {
    if (key === kind.name) return '.'
    return key === 'outputs' && inner !== undefined ? 'any' : undefined
  })
  problems.push(...shaped.problems)
  return { component: toComponent(name, at, kind, shaped.node), node: shaped.node }
}

const mayBeEmpty = new Set([
  'inputs',
  'outputs',
  'values',
  'tags',
  'needs',
  'before',
  'after',
  'watch',
  'var_files',
])

/** The kind whose key is there; exactly one must be. */
function kindOf(name: string, at: Position, node: MapNode, problems: Problem[]): Kind | undefined {
  const found = kinds.filter((kind) => entryOf(node, kind.name) !== undefined)
  const later = laterKinds.filter((kind) => entryOf(node, kind.name) !== undefined)
  const [kind] = found
  for (const one of later) {
    const message = `components of the kind \`${one.name}\` are not available yet`
    problems.push({ at: entryOf(node, one.name)?.keyAt, message, next: one.next })
  }
  const names = [...found, ...later].map((one) => one.name)
  if (names.length > 1) {
    problems.push({
      at: entryOf(node, names[1] ?? '')?.keyAt,
      message: `the component \`${name}\` is of two kinds, \`${names[0]}\` and \`${names[1]}\``,
      next: 'Make two components of it.',
    })
    return undefined
  }
  if (names.length === 0) {
    const guess = node.entries.map(({ key }) => KIND_GUESSES.get(key)).find((one) => one)
    const next = guess ?? 'Say what it is: `terraform: DIRECTORY` or `run: COMMAND`.'
    problems.push({ at, message: `the component \`${name}\` has no kind`, next })
  }
  return kind
}

const directoryWords = ['source', 'dir', 'directory', 'path', 'module']
const commandWords = ['command', 'cmd', 'script', 'shell', 'exec']
const tofuWords = ['tofu', 'opentofu']

/** What was probably meant, by the keys of other tools. */
const KIND_GUESSES = new Map([
  ...directoryWords.map((key) => [key, `Write \`terraform\` in the place of \`${key}\`.`] as const),
  ...commandWords.map((key) => [key, `Write \`run\` in the place of \`${key}\`.`] as const),
  ...tofuWords.map(
    (key) => [key, 'Write `terraform: DIRECTORY`, and `tool: tofu` below it.'] as const,
  ),
])

/** Something of that name, so that what refers to it is not told as well. */
function standIn(name: string, at: Position, value: MapEntry['value']): ReadComponent {
  const outputs = value.kind === 'map' ? mapAt(value, 'outputs') : undefined
  const [kind] = kinds
  if (kind === undefined) throw new Error('there is no kind')
  const declared = (outputs?.entries ?? []).map(({ key, keyAt }): MapEntry => {
    return { key, keyAt, value: { kind: 'scalar', value: 'any', at: keyAt } }
  })
  const entries: MapEntry[] = [
    { key: kind.name, keyAt: at, value: { kind: 'scalar', value: '.', at } },
    { key: 'outputs', keyAt: at, value: { kind: 'map', entries: declared, at } },
  ]
  const node: MapNode = { kind: 'map', entries, at }
  return { component: toComponent(name, at, kind, node), node }
}

function toComponent(name: string, at: Position, kind: Kind, node: MapNode): Component {
  return {
    name,
    at,
    kind: kind.name,
    main: scalarAt(node, kind.name) ?? { kind: 'scalar', value: '', at },
    inputs: mapAt(node, 'inputs'),
    valueFiles: scalarsAt(node, 'values'),
    outputs: outputsOf(mapAt(node, 'outputs')),
    environments: listAt(node, 'environments') && textsAt(node, 'environments'),
    tags: textsAt(node, 'tags'),
    needs: scalarsAt(node, 'needs').map((one) => ({ name: String(one.value), at: one.at })),
    when: whenOf(scalarAt(node, 'when')),
    protect: flagAt(node, 'protect'),
    once: flagAt(node, 'once'),
    timeoutSeconds: secondsOf(textAt(node, 'timeout') ?? ''),
    retry: retryOf(node),
    before: readHooks(listAt(node, 'before')),
    after: readHooks(listAt(node, 'after')),
    watch: textsAt(node, 'watch'),
    terraform: kind.name === 'terraform' ? terraformOf(node) : undefined,
  }
}

function outputsOf(node: MapNode | undefined): ReadonlyMap<string, OutputDeclaration> {
  const declared = (node?.entries ?? []).map(({ key, keyAt, value }) => {
    const isMap = value.kind === 'map'
    const type = isMap ? textAt(value, 'type') : value.kind === 'scalar' ? value.value : undefined
    const declaration: OutputDeclaration = {
      type: typeof type === 'string' ? type : 'any',
      sensitive: isMap && flagAt(value, 'sensitive'),
      at: keyAt,
    }
    return [key, declaration] as const
  })
  return new Map(declared)
}

/** `true` and `false` are expressions too. */
function whenOf(node: ScalarNode | undefined): ScalarNode | undefined {
  return typeof node?.value === 'boolean' ? { ...node, value: String(node.value) } : node
}

function retryOf(node: MapNode): Retry | undefined {
  const map = mapAt(node, 'retry')
  if (map !== undefined) return { attempts: numberAt(map, 'attempts') ?? 0, on: textsAt(map, 'on') }
  const attempts = numberAt(node, 'retry')
  return attempts === undefined ? undefined : { attempts, on: [] }
}

function terraformOf(node: MapNode): TerraformSettings {
  const tool = textAt(node, 'tool')
  return {
    tool: tool === 'terraform' || tool === 'tofu' ? tool : undefined,
    terraformVersion: textAt(node, 'terraform_version'),
    workspace: scalarAt(node, 'workspace'),
    state: textAt(node, 'state') === 'own' ? 'own' : 'managed',
    varFiles: scalarsAt(node, 'var_files'),
  }
}

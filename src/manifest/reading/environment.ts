import type { Environment, Gate } from '../manifest.ts'
import type { MapEntry, MapNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { flagAt, mapAt, numberAt, textAt, textsAt, withoutEmpty } from './access.ts'
import { checkShape } from './check-shape.ts'
import { PLAIN_NAME } from './names.ts'
import { environmentSchema } from './schema.ts'

/** An environment as it stands in the file; its place in the order is found later. */
export interface ReadEnvironment {
  readonly environment: Omit<Environment, 'order'>
  readonly node: MapNode
}

const mayBeEmpty = new Set(['values', 'components', 'protect'])

/** Reads one entry of `environments`. Nothing at all behind its name is an environment too. */
export function readEnvironment(entry: MapEntry, problems: Problem[]): ReadEnvironment {
  const { key: name, keyAt: at, value } = entry
  if (!PLAIN_NAME.test(name)) {
    problems.push({
      at,
      message: `\`${name}\` cannot be the name of an environment`,
      next: 'Letters, digits, `.`, `_` and `-` can be in it: dev, eu-west-1.',
    })
  }
  const isEmpty = value.kind === 'scalar' && value.value === null
  const written: MapEntry['value'] = isEmpty ? { kind: 'map', entries: [], at } : value
  const subject = { level: 'environment', title: `\`${name}\``, at } as const
  const source = written.kind === 'map' ? withoutEmpty(written, mayBeEmpty) : written
  const shaped = checkShape(environmentSchema, source, subject)
  problems.push(...shaped.problems)
  const { node } = shaped
  return {
    node,
    environment: {
      name,
      at,
      after: textAt(node, 'after'),
      extends: textAt(node, 'extends'),
      auto: flagAt(node, 'auto'),
      apply: textAt(node, 'apply') === 'after-merge' ? 'after-merge' : 'before-merge',
      concurrency: numberAt(node, 'concurrency'),
      gate: readGate(mapAt(node, 'gate'), problems),
      protect: textsAt(node, 'protect'),
      values: mapAt(node, 'values'),
      inputs: readInputs(mapAt(node, 'components')),
    },
  }
}

function readGate(node: MapNode | undefined, problems: Problem[]): Gate | undefined {
  if (node === undefined) return undefined
  const from = textsAt(node, 'from')
  const approvals = numberAt(node, 'approvals') ?? (from.length > 0 ? 1 : 0)
  if (approvals === 0 && from.length > 0) {
    problems.push({
      at: node.entries.find(({ key }) => key === 'from')?.keyAt,
      message: '`from` says who may approve, but `approvals` is 0',
      next: 'Write approvals: 1, or leave `from` out.',
    })
  }
  const window = textAt(node, 'window')
  return {
    approvals,
    from,
    window,
    destroy: textAt(node, 'destroy') === 'deny' ? 'deny' : 'allow',
    ...(textAt(node, 'dirty') === 'deny' ? { dirty: 'deny' } : {}),
  }
}

function readInputs(components: MapNode | undefined): ReadonlyMap<string, MapNode> {
  const inputs = new Map<string, MapNode>()
  for (const { key, value } of components?.entries ?? []) {
    const own = value.kind === 'map' ? mapAt(value, 'inputs') : undefined
    if (own !== undefined) inputs.set(key, own)
  }
  return inputs
}

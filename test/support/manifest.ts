import type { Component, Environment, Manifest, Position } from '../../src/manifest/index.ts'
import { usualRules } from '../../src/manifest/reading/pull-request-rules.ts'

/** A component in short: `reads` are outputs as `db.host`, of another environment `shared/dns.zone`. */
export interface ComponentShape {
  readonly needs?: readonly string[]
  readonly reads?: readonly string[]
  /** Outputs that it reads only in one environment. */
  readonly readsIn?: Readonly<Record<string, readonly string[]>>
  readonly environments?: readonly string[]
  readonly tags?: readonly string[]
}

export interface ManifestShape {
  /** In order; `prod after dev`, or only a name. */
  readonly environments: readonly string[]
  readonly components: Readonly<Record<string, ComponentShape>>
}

/** A manifest of components that say nothing but what they need, each word on a line of its own. */
export function aManifest(shape: ManifestShape): Manifest {
  const place = positions()
  const components = Object.entries(shape.components).map(([name, one]): [string, Component] => [
    name,
    aComponent(name, one, place),
  ])
  const environments = shape.environments.map((written, order): [string, Environment] => {
    const [name = '', after] = written.split(' after ')
    return [name, { ...anEnvironment(shape, name, place), order, after }]
  })
  return {
    root: '/nowhere',
    source: 'file',
    project: undefined,
    files: ['portolan.yaml'],
    values: undefined,
    environments: new Map(environments),
    components: new Map(components),
    pullRequests: usualRules,
  }
}

function positions(): () => Position {
  let line = 0
  return () => {
    line += 1
    return { file: 'portolan.yaml', line, column: 1 }
  }
}

function aComponent(name: string, shape: ComponentShape, place: () => Position): Component {
  return {
    name,
    at: place(),
    kind: 'terraform',
    main: { kind: 'scalar', value: `infra/${name}`, at: place() },
    inputs: inputsOf(shape.reads ?? [], place),
    valueFiles: [],
    outputs: new Map(),
    environments: shape.environments,
    tags: shape.tags ?? [],
    needs: (shape.needs ?? []).map((needed) => ({ name: needed, at: place() })),
    when: undefined,
    protect: false,
    once: false,
    timeoutSeconds: undefined,
    retry: undefined,
    before: [],
    after: [],
    watch: [],
    terraform: undefined,
  }
}

function anEnvironment(
  shape: ManifestShape,
  name: string,
  place: () => Position,
): Omit<Environment, 'order' | 'after'> {
  const inputs = Object.entries(shape.components).flatMap(([component, one]) => {
    const map = inputsOf(one.readsIn?.[name] ?? [], place)
    return map === undefined ? [] : [[component, map] as const]
  })
  return {
    name,
    at: place(),
    extends: undefined,
    auto: false,
    apply: 'before-merge',
    concurrency: undefined,
    gate: undefined,
    protect: [],
    values: undefined,
    inputs: new Map(inputs),
  }
}

function inputsOf(reads: readonly string[], place: () => Position): Component['inputs'] {
  if (reads.length === 0) return undefined
  const entries = reads.map((read, at) => ({
    key: `input_${at}`,
    keyAt: place(),
    value: { kind: 'scalar' as const, value: expression(read), at: place() },
  }))
  return { kind: 'map', entries, at: place() }
}

function expression(read: string): string {
  const [environment, rest] = read.includes('/') ? read.split('/') : [undefined, read]
  const [component = '', output = ''] = (rest ?? '').split('.')
  const from = environment === undefined ? '' : `environment("${environment}").`
  return `\${{ ${from}outputs["${component}"].${output} }}`
}

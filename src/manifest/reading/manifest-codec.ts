import type {
  Component,
  Environment,
  HookNode,
  Manifest,
  OutputDeclaration,
  PullRequestRules,
  TerraformSettings,
} from '../manifest.ts'
import type { MapNode, ScalarNode } from '../node.ts'
import {
  type PackedNode,
  type PackedScalar,
  packNode,
  packScalar,
  Unpacking,
} from './node-codec.ts'

/** A checked manifest as JSON that is small and quickly read; places are lines and columns alone. */
export interface PackedManifest {
  readonly files: readonly string[]
  readonly project?: string | undefined
  readonly values?: PackedNode | undefined
  readonly environments: readonly PackedEnvironment[]
  readonly components: readonly PackedComponent[]
  readonly pullRequests: PullRequestRules
}

type Place = readonly [line: number, column: number]

type PackedEnvironment = Omit<Environment, 'at' | 'values' | 'inputs'> & {
  readonly at: Place
  readonly values?: PackedNode | undefined
  readonly inputs: readonly (readonly [string, PackedNode])[]
}

/** What is as in most components is left out. */
type PackedComponent = Partial<Pick<Component, Plain>> & {
  readonly name: string
  readonly file: number
  readonly at: Place
  readonly kind: Component['kind']
  readonly main: PackedScalar
  readonly inputs?: PackedNode | undefined
  readonly valueFiles?: readonly PackedScalar[]
  readonly outputs?: readonly (readonly [string, string, 0 | 1, ...Place])[]
  readonly needs?: readonly (readonly [string, ...Place])[]
  readonly when?: PackedScalar | undefined
  readonly before?: readonly PackedHook[]
  readonly after?: readonly PackedHook[]
  readonly terraform?: PackedTerraform
}

type Plain = 'environments' | 'tags' | 'protect' | 'once' | 'timeoutSeconds' | 'retry' | 'watch'

type PackedHook = readonly [PackedScalar, PackedNode | null, HookNode['on'], ...Place]

type PackedTerraform = Omit<TerraformSettings, 'workspace' | 'varFiles'> & {
  readonly workspace?: PackedScalar | undefined
  readonly varFiles: readonly PackedScalar[]
}

export function packManifest(manifest: Manifest): PackedManifest {
  const { files, project, values } = manifest
  return {
    files,
    project,
    values: values && packNode(values),
    environments: [...manifest.environments.values()].map(packEnvironment),
    components: [...manifest.components.values()].map((one) => packComponent(one, files)),
    pullRequests: manifest.pullRequests,
  }
}

function packEnvironment(environment: Environment): PackedEnvironment {
  const { at, values, inputs, ...rest } = environment
  return {
    ...rest,
    at: [at.line, at.column],
    values: values && packNode(values),
    inputs: [...inputs].map(([name, node]) => [name, packNode(node)] as const),
  }
}

function packComponent(component: Component, files: readonly string[]): PackedComponent {
  const { name, at, kind, main, inputs, when, environments, timeoutSeconds, retry } = component
  return {
    name,
    file: files.indexOf(at.file),
    at: [at.line, at.column],
    kind,
    main: packScalar(main),
    ...(inputs && { inputs: packNode(inputs) }),
    ...some('valueFiles', component.valueFiles.map(packScalar)),
    ...some('outputs', [...component.outputs].map(packOutput)),
    ...some(
      'needs',
      component.needs.map((need) => [need.name, need.at.line, need.at.column] as const),
    ),
    ...(when && { when: packScalar(when) }),
    ...some('before', component.before.map(packHook)),
    ...some('after', component.after.map(packHook)),
    ...(environments && { environments }),
    ...some('tags', component.tags),
    ...some('watch', component.watch),
    ...(component.protect && { protect: true }),
    ...(component.once && { once: true }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(retry && { retry }),
    ...packTerraform(component.terraform),
  }
}

function some<Key extends string, Item>(key: Key, items: readonly Item[]) {
  return items.length === 0 ? {} : ({ [key]: items } as Record<Key, readonly Item[]>)
}

function packOutput([name, { type, sensitive, at }]: readonly [string, OutputDeclaration]) {
  return [name, type, sensitive ? 1 : 0, at.line, at.column] as const
}

function packHook({ run, env, on, at }: HookNode): PackedHook {
  return [packScalar(run), env === undefined ? null : packNode(env), on, at.line, at.column]
}

const usual: TerraformSettings = {
  tool: undefined,
  terraformVersion: undefined,
  workspace: undefined,
  state: 'managed',
  varFiles: [],
}

function packTerraform(settings: TerraformSettings | undefined) {
  if (settings === undefined) return {}
  const { workspace, varFiles, ...rest } = settings
  const isUsual =
    workspace === undefined && varFiles.length === 0 && !rest.tool && !rest.terraformVersion
  if (isUsual && rest.state === 'managed') return {}
  const terraform: PackedTerraform = {
    ...rest,
    workspace: workspace && packScalar(workspace),
    varFiles: varFiles.map(packScalar),
  }
  return { terraform }
}

/** The manifest again, for the root where it was read. */
export function unpackManifest(root: string, packed: PackedManifest): Manifest {
  const { files, project, values } = packed
  const readings = files.map((file) => new Unpacking(file))
  const [main = new Unpacking('')] = readings
  const environments = packed.environments.map((one) => unpackEnvironment(one, main))
  const components = packed.components.map((one) =>
    unpackComponent(one, readings[one.file] ?? main),
  )
  return {
    root,
    source: 'file',
    project,
    files,
    values: values && main.map(values),
    environments: new Map(environments.map((one) => [one.name, one])),
    components: new Map(components.map((one) => [one.name, one])),
    pullRequests: { ...packed.pullRequests, compat: packed.pullRequests.compat },
  }
}

function unpackEnvironment(packed: PackedEnvironment, reading: Unpacking): Environment {
  const { at, values, inputs, gate } = packed
  return {
    name: packed.name,
    at: reading.at(...at),
    order: packed.order,
    after: packed.after,
    extends: packed.extends,
    auto: packed.auto,
    apply: packed.apply,
    concurrency: packed.concurrency,
    gate: gate && { ...gate, window: gate.window },
    protect: packed.protect,
    values: values && reading.map(values),
    inputs: new Map(inputs.map(([name, node]): [string, MapNode] => [name, reading.map(node)])),
  }
}

function unpackComponent(packed: PackedComponent, reading: Unpacking): Component {
  const scalars = (found: readonly PackedScalar[] | undefined): ScalarNode[] =>
    found?.map((one) => reading.scalar(one)) ?? []
  return {
    name: packed.name,
    at: reading.at(packed.at[0], packed.at[1]),
    kind: packed.kind,
    main: reading.scalar(packed.main),
    inputs: packed.inputs && reading.map(packed.inputs),
    valueFiles: scalars(packed.valueFiles),
    outputs: unpackOutputs(packed, reading),
    environments: packed.environments,
    tags: packed.tags ?? [],
    needs: (packed.needs ?? []).map(([name, line, column]) => ({
      name,
      at: reading.at(line, column),
    })),
    when: packed.when && reading.scalar(packed.when),
    protect: packed.protect ?? false,
    once: packed.once ?? false,
    timeoutSeconds: packed.timeoutSeconds,
    retry: packed.retry,
    before: unpackHooks(packed.before, reading),
    after: unpackHooks(packed.after, reading),
    watch: packed.watch ?? [],
    terraform: unpackTerraform(packed, reading),
  }
}

function unpackOutputs({ outputs = [] }: PackedComponent, reading: Unpacking) {
  return new Map(
    outputs.map(([name, type, sensitive, line, column]): [string, OutputDeclaration] => [
      name,
      { type, sensitive: sensitive === 1, at: reading.at(line, column) },
    ]),
  )
}

function unpackHooks(packed: readonly PackedHook[] = [], reading: Unpacking): HookNode[] {
  return packed.map(([run, env, on, line, column]) => ({
    run: reading.scalar(run),
    env: env === null ? undefined : reading.map(env),
    on,
    at: reading.at(line, column),
  }))
}

function unpackTerraform({ kind, terraform }: PackedComponent, reading: Unpacking) {
  if (kind !== 'terraform') return undefined
  if (terraform === undefined) return usual
  const { workspace, varFiles, tool, terraformVersion, state } = terraform
  return {
    tool,
    terraformVersion,
    workspace: workspace && reading.scalar(workspace),
    state,
    varFiles: varFiles.map((one) => reading.scalar(one)),
  }
}

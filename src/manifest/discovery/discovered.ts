import path from 'node:path'
import type { Component, Environment, Manifest } from '../manifest.ts'
import { usualRules } from '../reading/pull-request-rules.ts'

/** A directory with configuration of Terraform or OpenTofu. */
export interface ConfigDirectory {
  /** From the root, with `/`; empty for the root itself. */
  readonly directory: string
  /** Sources of its module calls that are paths: `../modules/vpc`. */
  readonly calls: readonly string[]
  /** It says where its state is, which only a root module does. */
  readonly hasBackend: boolean
  /** That is elsewhere: in a backend of its own that is no file below the module. */
  readonly keepsState: boolean
  /** All of its configuration is in OpenTofu's own files. */
  readonly onlyTofu: boolean
}

/** The environment of a repository without a manifest. */
const DEFAULT_ENVIRONMENT = 'default'

/**
 * What a repository without `portolan.yaml` consists of: every directory with configuration that is not
 * only used as a module of another one, in one environment.
 */
export function discoveredManifest(
  root: string,
  directories: readonly ConfigDirectory[],
): Manifest {
  const at = { file: '.', line: 1, column: 1 }
  const environment: Environment = {
    name: DEFAULT_ENVIRONMENT,
    at,
    order: 0,
    after: undefined,
    extends: undefined,
    auto: false,
    apply: 'before-merge',
    concurrency: undefined,
    gate: undefined,
    protect: [],
    values: undefined,
    inputs: new Map(),
  }
  const components = rootModules(directories).map(toComponent)
  return {
    root,
    source: 'discovered',
    project: undefined,
    files: [],
    values: undefined,
    environments: new Map([[DEFAULT_ENVIRONMENT, environment]]),
    components: new Map(components.map((component) => [component.name, component])),
    pullRequests: usualRules,
  }
}

/** Directories that nothing calls as a module, or that have a backend of their own; by path. */
export function rootModules(directories: readonly ConfigDirectory[]): readonly ConfigDirectory[] {
  const called = new Set(
    directories.flatMap(({ directory, calls }) =>
      calls.map((source) => calledDirectory(directory, source)).filter((one) => one !== directory),
    ),
  )
  return directories
    .filter((one) => one.hasBackend || !called.has(one.directory))
    .sort((a, b) => (a.directory < b.directory ? -1 : 1))
}

/** From the root, as directories are named; outside the repository it begins with `..`. */
export function calledDirectory(directory: string, source: string): string {
  const joined = path.posix.join(directory, source.replaceAll('\\', '/'))
  const plain = joined.replace(/\/+$/, '')
  return plain === '.' ? '' : plain
}

/**
 * The component of a directory, as a command that acts on the directory alone calls it: `root` is the
 * root's, and a directory of that name is written like a path.
 */
export function componentName(directory: string): string {
  if (directory === '') return 'root'
  return directory === 'root' ? './root' : directory
}

function toComponent({ directory, onlyTofu }: ConfigDirectory): Component {
  const at = { file: directory === '' ? '.' : directory, line: 1, column: 1 }
  return {
    name: componentName(directory),
    at,
    kind: 'terraform',
    main: { kind: 'scalar', value: directory === '' ? '.' : directory, at },
    inputs: undefined,
    valueFiles: [],
    outputs: new Map(),
    environments: undefined,
    tags: [],
    needs: [],
    when: undefined,
    protect: false,
    once: false,
    timeoutSeconds: undefined,
    retry: undefined,
    before: [],
    after: [],
    watch: [],
    terraform: {
      tool: onlyTofu ? 'tofu' : undefined,
      terraformVersion: undefined,
      workspace: undefined,
      state: 'managed',
      varFiles: [],
    },
  }
}

import { kinds } from '../kinds/kinds.ts'

/** Where a key stands: in `portolan.yaml` itself, in an included file, an environment or a component. */
export type Level = 'file' | 'included' | 'environment' | 'component'

// What other tools call it, or what comes to mind first.
const synonyms: Readonly<Record<string, string>> = {
  depends_on: 'needs',
  dependsOn: 'needs',
  depends: 'needs',
  dependencies: 'needs',
  requires: 'needs',
  vars: 'inputs',
  variables: 'inputs',
  env: 'inputs',
  if: 'when',
  condition: 'when',
  enabled: 'when',
  source: 'terraform',
  dir: 'terraform',
  directory: 'terraform',
  path: 'terraform',
  module: 'terraform',
  opentofu: 'terraform',
  tofu: 'terraform',
  command: 'run',
  cmd: 'run',
  script: 'run',
  backend: 'state',
  var_file: 'var_files',
  when_modified: 'watch',
  required_version: 'terraform_version',
  approvals: 'gate',
  approval: 'gate',
  window: 'gate',
  promote_from: 'after',
  inherits: 'extends',
  parent: 'extends',
  stacks: 'components',
  modules: 'components',
  projects: 'components',
  imports: 'include',
  includes: 'include',
  import: 'include',
  name: 'project',
  variants: 'environments',
  envs: 'environments',
  stages: 'environments',
  hooks: 'before',
}

const homes: Readonly<Record<string, readonly [level: Level, where: string]>> = {
  gate: ['environment', 'an environment'],
  auto: ['environment', 'an environment'],
  concurrency: ['environment', 'an environment'],
  apply: ['environment', 'an environment'],
  extends: ['environment', 'an environment'],
  inputs: ['component', 'a component'],
  outputs: ['component', 'a component'],
  needs: ['component', 'a component'],
  when: ['component', 'a component'],
  terraform: ['component', 'a component'],
  run: ['component', 'a component'],
  version: ['file', 'portolan.yaml'],
  project: ['file', 'portolan.yaml'],
  environments: ['file', 'portolan.yaml'],
  values: ['file', 'portolan.yaml'],
  include: ['file', 'portolan.yaml'],
  pull_requests: ['file', 'portolan.yaml'],
}

/** What to write for a key that is unknown here but says what is meant. */
export function advise(key: string, known: readonly string[], level: Level): string | undefined {
  const home = homes[key]
  if (level === 'included' && home !== undefined && home[0] !== 'component') {
    return 'An included file holds `components` and nothing else: write it in portolan.yaml.'
  }
  if (home !== undefined && home[0] !== level) return `It is a key of ${home[1]}.`
  const kind = kinds.find((one) => Object.hasOwn(one.keys, key))
  if (level === 'component' && kind !== undefined) {
    return `Only components of the kind \`${kind.name}\` have it.`
  }
  const meant = synonyms[key]
  return meant !== undefined && known.includes(meant)
    ? `It is called \`${meant}\` here.`
    : undefined
}

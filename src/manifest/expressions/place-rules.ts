/** Where an expression stands, which decides what it may know. */
export type Place = 'values' | 'when' | 'load' | 'start'

interface PlaceRule {
  readonly names: ReadonlySet<string>
  /** Whether outputs may be read: they are known from the moment at which a component starts. */
  readonly outputs: boolean
  /** What may be used instead of something that may not. */
  readonly next: string
}

const early = ['values', 'env', 'component', 'git']

export const placeRules: Readonly<Record<Place, PlaceRule>> = {
  values: {
    names: new Set(['values', 'env', 'git']),
    outputs: false,
    next: 'Values may use `values`, `env` and `git`.',
  },
  when: {
    names: new Set(early),
    outputs: false,
    next: '`when` is decided before anything runs: it may use `values`, `env`, `component` and `git`.',
  },
  load: {
    names: new Set(early),
    outputs: false,
    next: 'This is decided before anything runs: it may use `values`, `env`, `component` and `git`.',
  },
  start: {
    names: new Set([...early, 'outputs', 'run']),
    outputs: true,
    next: 'Inputs and hooks may use `values`, `env`, `component`, `outputs`, `git` and `run`.',
  },
}

/** Every name that an expression may begin with somewhere. */
export const namespaces: readonly string[] = [
  'values',
  'env',
  'component',
  'outputs',
  'artifacts',
  'git',
  'run',
]

/** Keys of the names whose keys are always the same. */
export const fixedKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['env', ['name', 'order']],
  ['component', ['name', 'kind']],
  ['git', ['commit', 'branch', 'author']],
  ['run', ['id', 'actor']],
])

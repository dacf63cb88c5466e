import type { Command } from './command.ts'

export type CommandName = Command['name']

export type FlagName =
  | 'environment'
  | 'component'
  | 'with-deps'
  | 'dir'
  | 'workspace'
  | 'project'
  | 'force'

const selection: readonly FlagName[] = [
  'environment',
  'component',
  'with-deps',
  'dir',
  'workspace',
  'project',
]

interface Grammar {
  readonly flags: readonly FlagName[]
  /** What stands behind the flags, in order. */
  readonly words: readonly string[]
  /** For `help`. */
  readonly purpose: string
}

/** Each command with what may stand behind it. */
export const grammar: Readonly<Record<CommandName, Grammar>> = {
  plan: { flags: selection, words: [], purpose: 'plans again what differs, and what is named' },
  apply: {
    flags: [...selection, 'force'],
    words: [],
    purpose: 'applies what is planned, as far as approvals allow',
  },
  approve: {
    flags: [...selection, 'force'],
    words: ['[DIGEST]'],
    purpose: 'agrees to the plans, those of this digest if one is given',
  },
  destroy: { flags: selection, words: [], purpose: 'plans to destroy what is named' },
  import: {
    flags: selection,
    words: ['ADDRESS', 'ID'],
    purpose: 'takes over something that exists into the state',
  },
  resume: {
    flags: selection,
    words: [],
    purpose: 'starts again at what failed or was cancelled',
  },
  discard: { flags: [], words: [], purpose: 'gives up the plans' },
  cancel: { flags: [], words: [], purpose: 'stops what is at work' },
  unlock: {
    flags: [],
    words: [],
    purpose: 'lets go of the workspaces that this pull request holds, and gives up its plans',
  },
  help: { flags: [], words: ['[COMMAND]'], purpose: 'says this' },
}

export const commandNames: readonly string[] = Object.keys(grammar)

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(grammar, word)
}

/** How each flag is written, with what it takes. */
export const flags: Readonly<
  Record<FlagName, { readonly written: readonly string[]; readonly value?: string }>
> = {
  environment: { written: ['-e', '--environment'], value: 'ENVIRONMENT' },
  component: { written: ['-c', '--component'], value: 'COMPONENT' },
  'with-deps': { written: ['--with-deps'] },
  dir: { written: ['-d', '--dir'], value: 'DIRECTORY' },
  workspace: { written: ['-w', '--workspace'], value: 'WORKSPACE' },
  project: { written: ['-p', '--project'], value: 'PROJECT' },
  force: { written: ['--force'], value: '"REASON"' },
}

// Object.entries widens the keys of a record whose keys are known.
export const flagNames = Object.keys(flags) as readonly FlagName[]

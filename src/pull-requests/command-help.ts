import type { CommandWords } from './command.ts'
import {
  type CommandName,
  commandNames,
  type FlagName,
  flagNames,
  flags,
  grammar,
  isCommandName,
} from './command-grammar.ts'

const meanings: Readonly<Record<FlagName, string>> = {
  environment: 'in these environments, separated by commas',
  component: 'these components',
  'with-deps': 'and what they need',
  dir: 'what lies in this directory',
  workspace: "of this workspace of Terraform's",
  project: 'the project of this name in `atlantis.yaml`',
  force: 'why protected resources may go',
}

/** What can be asked for in a comment, as markdown: all commands, or one with its flags. */
export function helpText({ names }: CommandWords, about?: string): string {
  const name = names[0] ?? 'portolan'
  if (about !== undefined && isCommandName(about)) return commandHelp(name, about)
  const lines = commandNames
    .filter(isCommandName)
    .map((command) => `- \`${usage(name, command)}\` ${grammar[command].purpose}`)
  return [
    ...lines,
    '',
    ...flagLines(flagNames),
    '',
    'Without flags a command is about all that the pull request affects.',
  ].join('\n')
}

function commandHelp(name: string, command: CommandName): string {
  const behind = command === 'plan' ? ' [FLAGS] [-- ARGUMENTS]' : ' [FLAGS]'
  const { flags: known, purpose } = grammar[command]
  return [
    `\`${usage(name, command)}${known.length === 0 ? '' : behind}\` ${purpose}.`,
    ...(known.length === 0 ? [] : ['', ...flagLines(known)]),
  ].join('\n')
}

function usage(name: string, command: CommandName): string {
  return [name, command, ...grammar[command].words].join(' ')
}

function flagLines(names: readonly FlagName[]): string[] {
  return names.map((name) => {
    const { written, value } = flags[name]
    const takes = value === undefined ? '' : ` ${value}`
    return `- \`${written.join('`, `')}${takes}\` ${meanings[name]}`
  })
}

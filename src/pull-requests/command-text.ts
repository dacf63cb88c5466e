import type { Command, CommandSelection } from './command.ts'
import { quoteWord } from './words.ts'

/** What a comment was taken for, as one would type it behind Portolan's name: `apply -e dev`. */
export function commandText(command: Command): string {
  return [command.name, ...argumentsOf(command)].join(' ')
}

function argumentsOf(command: Command): string[] {
  switch (command.name) {
    case 'plan':
      return [...selectionText(command.selection), ...extraText(command.extraArguments)]
    case 'apply':
      return [...selectionText(command.selection), ...option('--force', command.override)]
    case 'approve':
      return [
        ...(command.digest === undefined ? [] : [command.digest]),
        ...selectionText(command.selection),
        ...option('--force', command.override),
      ]
    case 'import':
      return [
        ...selectionText(command.selection),
        quoteWord(command.address),
        quoteWord(command.id),
      ]
    case 'destroy':
    case 'resume':
      return selectionText(command.selection)
    case 'help':
      return command.about === undefined ? [] : [quoteWord(command.about)]
    case 'discard':
    case 'cancel':
    case 'unlock':
      return []
  }
}

function selectionText(selection: CommandSelection): string[] {
  return [
    ...listOption('-e', selection.environments),
    ...listOption('-c', selection.components),
    ...(selection.withDependencies ? ['--with-deps'] : []),
    ...option('-d', selection.directory),
    ...option('-w', selection.terraformWorkspace),
    ...option('-p', selection.project),
  ]
}

function listOption(flag: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${flag} ${quoteWord(values.join(','))}`]
}

function option(flag: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${flag} ${quoteWord(value)}`]
}

function extraText(extra: readonly string[]): string[] {
  return extra.length === 0 ? [] : ['--', ...extra.map(quoteWord)]
}

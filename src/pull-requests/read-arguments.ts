import { didYouMean } from '../platform/nearest.ts'
import { type CommandName, type FlagName, flagNames, flags, grammar } from './command-grammar.ts'

/** What stands behind a command. */
export interface Arguments {
  readonly values: Readonly<Partial<Record<FlagName, readonly string[]>>>
  readonly withDependencies: boolean
  readonly words: readonly string[]
  /** Behind `--`. */
  readonly extra: readonly string[]
  readonly refused?: undefined
}

interface Refusal {
  readonly refused: string
}

/** Sorts the words behind a command into flags and others; refuses what the command does not know. */
export function readArguments(name: CommandName, all: readonly string[]): Arguments | Refusal {
  const end = all.indexOf('--')
  const own = end === -1 ? all : all.slice(0, end)
  if (end !== -1 && name !== 'plan') {
    return refused(`\`${name}\` takes nothing behind \`--\`; only \`plan\` does`)
  }
  const values: Partial<Record<FlagName, readonly string[]>> = {}
  const words: string[] = []
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] ?? ''
    if (!word.startsWith('-')) {
      words.push(word)
      continue
    }
    const flag = readFlag(name, word, own[at + 1])
    if (flag.refused !== undefined) return flag
    const known = values[flag.name]
    if (known !== undefined && !isList(flag.name))
      return refused(`\`${flag.written}\` is given twice`)
    values[flag.name] = [...new Set([...(known ?? []), ...flag.values])]
    if (flag.tookNext) at += 1
  }
  const tooMany = words[grammar[name].words.length]
  if (tooMany !== undefined) return refused(unknownWord(name, tooMany))
  return {
    values,
    withDependencies: values['with-deps'] !== undefined,
    words,
    extra: end === -1 ? [] : all.slice(end + 1),
  }
}

interface Flag {
  readonly name: FlagName
  readonly written: string
  readonly values: readonly string[]
  /** Its value was the next word. */
  readonly tookNext: boolean
  readonly refused?: undefined
}

/** `-e dev`, `-e=dev`, `--environment dev`, `--environment=dev`. */
function readFlag(command: CommandName, word: string, next: string | undefined): Flag | Refusal {
  const equals = word.indexOf('=')
  const written = equals === -1 ? word : word.slice(0, equals)
  const name = flagNames.find((each) => flags[each].written.includes(written))
  if (name === undefined) return refused(unknownFlag(command, written))
  if (!grammar[command].flags.includes(name)) {
    return refused(`\`${command}\` takes no \`${written}\``)
  }
  if (flags[name].value === undefined) {
    return equals === -1
      ? { name, written, values: [], tookNext: false }
      : refused(`\`${written}\` takes no value`)
  }
  const value = equals === -1 ? next : word.slice(equals + 1)
  const wrong = wrongValue(name, written, value)
  if (value === undefined || wrong !== undefined) return refused(wrong ?? '')
  return { name, written, values: valuesOf(name, value), tookNext: equals === -1 }
}

function isList(name: FlagName): boolean {
  return name === 'environment' || name === 'component' || name === 'with-deps'
}

function valuesOf(name: FlagName, value: string): string[] {
  return isList(name) ? value.split(',').map((each) => each.trim()) : [value]
}

function wrongValue(name: FlagName, written: string, value: string | undefined) {
  const what = flags[name].value
  if (value === undefined || value.trim() === '') return `\`${written}\` needs a value: ${what}`
  if (value.startsWith('-')) return `\`${written}\` needs a value: ${what}, not \`${cut(value)}\``
  if (isList(name) && value.split(',').some((each) => each.trim() === '' || each.startsWith('-'))) {
    return `\`${cut(value)}\` is no list of names: separate them by single commas`
  }
  if (name === 'dir' && (value.startsWith('/') || value.split('/').includes('..'))) {
    return `\`${cut(value)}\` is no directory of the repository: name it from the root, without \`..\``
  }
  return undefined
}

function unknownFlag(command: CommandName, written: string): string {
  const known = grammar[command].flags.flatMap((each) => flags[each].written)
  const hint = didYouMean(written, known)
  const sentence = `\`${command}\` knows no \`${cut(written)}\`.`
  if (hint !== undefined) return `${sentence} ${hint}`
  return command === 'plan' ? `${sentence} Arguments for Terraform stand behind \`--\`.` : sentence
}

function unknownWord(command: CommandName, word: string): string {
  const sentence = `\`${command}\` does not know what to do with \`${cut(word)}\``
  return grammar[command].flags.includes('environment')
    ? `${sentence}: an environment is named with \`-e\`, a component with \`-c\``
    : sentence
}

/** As much of a word as is worth repeating. */
export function cut(word: string): string {
  return [...word.slice(0, 200)].slice(0, 60).join('')
}

function refused(sentence: string): Refusal {
  return { refused: sentence }
}

import { didYouMean, distance } from '../platform/nearest.ts'
import type { CommandSelection, CommandWords, ParsedCommand } from './command.ts'
import { type CommandName, commandNames, isCommandName } from './command-grammar.ts'
import { type Arguments, cut, readArguments } from './read-arguments.ts'
import { splitWords } from './words.ts'

/** In characters; what people type is far shorter. */
const LONGEST = 2000

/** No comment that is a command is as long as this, in characters. */
const LONGEST_COMMENT = 4000

// Control characters, those that nobody sees or that turn the writing direction, halves of letters.
const harmful = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** The words as far as they are known where a comment comes in. */
interface Heard extends CommandWords {
  /** Whoever is mentioned may be Portolan. */
  readonly isAnyMention?: boolean
}

/**
 * Whether a comment may be a command, whatever Portolan is called by its project: any other is none of
 * Portolan's business, and is not kept. All that `parseCommand` answers something for may be one, unless
 * it is longer than any command.
 */
export function mayBeCommand(body: string): boolean {
  if (body.length > LONGEST_COMMENT) return false
  return read(body, { names: ['portolan', 'atlantis'], isAnyMention: true }) !== undefined
}

/**
 * What a comment asks of Portolan; undefined when it is not for Portolan. A command is a comment of one
 * line, which may stand in backticks or in a fence. Several commands in one comment are refused; other
 * comments of several lines are talk.
 */
export function parseCommand(body: string, words: CommandWords): ParsedCommand | undefined {
  return read(body, words)
}

function read(body: string, words: Heard): ParsedCommand | undefined {
  const lines = body.split(/\r\n?|\n/, 50).filter((line) => line.trim() !== '')
  const [first = ''] = lines
  if (lines.length > 1) {
    const fenced = withoutFence(lines)
    if (fenced !== undefined) return parseLine(fenced, words)
    if (!lines.every((line) => isCommand(line, words))) return undefined
    return refused('it holds several commands: write each into a comment of its own')
  }
  return parseLine(withoutBackticks(first.trim()), words)
}

function withoutFence(lines: readonly string[]): string | undefined {
  const [open = '', line, close = ''] = lines.map((each) => each.trim())
  const mark = open.slice(0, 3)
  const isFence = lines.length === 3 && (mark === '```' || mark === '~~~')
  return isFence && close.startsWith(mark) && close.length < 10 ? line : undefined
}

/** `portolan plan` is what people copy with the marks around it. */
function withoutBackticks(line: string): string {
  let marks = 0
  while (line[marks] === '`' && line[line.length - 1 - marks] === '`') marks += 1
  return marks * 2 < line.length ? line.slice(marks, line.length - marks).trim() : line
}

function isCommand(line: string, words: Heard): boolean {
  const [name = '', command = ''] = line.trim().split(/\s+/, 2)
  return isName(name, words) && isCommandName(command.toLowerCase())
}

function isName(word: string, { names, isAnyMention = false }: Heard): boolean {
  const lower = word.toLowerCase()
  return (isAnyMention && isMention(lower)) || names.some((name) => name.toLowerCase() === lower)
}

function isMention(word: string): boolean {
  return word.startsWith('@')
}

function parseLine(line: string, words: Heard): ParsedCommand | undefined {
  const [name = '', command = ''] = line.split(/\s+/, 2)
  if (!isName(name, words)) return misspelt(name, command, words)
  if (line.length > LONGEST) return refused(`it is longer than ${LONGEST} characters`)
  if (harmful.test(line)) {
    return refused('it holds a character that cannot be seen: type it instead of copying it')
  }
  const split = splitWords(line.slice(name.length))
  if (split.refused !== undefined) return refused(split.refused)
  const [given = 'help', ...rest] = split.words
  const wanted = given === '-h' || given === '--help' ? 'help' : given.toLowerCase()
  if (!isCommandName(wanted)) {
    return refused(sentences(`\`${cut(given)}\` is no command.`, didYouMean(wanted, commandNames)))
  }
  return parseKnown(wanted, rest)
}

/**
 * Only where a command follows, and for what mentions somebody if a mention is meant: nobody wants to be
 * corrected in talk.
 */
function misspelt(name: string, command: string, { names }: CommandWords) {
  if (!isCommandName(command.toLowerCase()) || name.length > 100) return undefined
  const meant = names.find(
    (each) =>
      (isMention(name) || !isMention(each)) &&
      distance(name.toLowerCase(), each.toLowerCase(), 1) === 1,
  )
  if (meant === undefined) return undefined
  return refused(`Did you mean \`${meant} ${command.toLowerCase()}\`?`)
}

function parseKnown(name: CommandName, words: readonly string[]): ParsedCommand {
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  if (own.includes('--help') || own.includes('-h')) {
    return { command: { name: 'help', about: name } }
  }
  const read = readArguments(name, words)
  return read.refused === undefined ? commandOf(name, read) : refused(read.refused)
}

function commandOf(name: CommandName, given: Arguments): ParsedCommand {
  const [first, second] = given.words
  const selection = selectionOf(given)
  switch (name) {
    case 'plan':
      return { command: { name, selection, extraArguments: given.extra } }
    case 'apply':
      return { command: { name, selection, override: given.values.force?.[0] } }
    case 'approve': {
      if (first !== undefined && !/^[0-9a-f]{6,64}$/i.test(first)) {
        return refused(`\`${cut(first)}\` is no digest; an environment is named with \`-e\``)
      }
      const digest = first?.toLowerCase()
      return { command: { name, selection, digest, override: given.values.force?.[0] } }
    }
    case 'import':
      if (first === undefined || second === undefined) {
        return refused('`import` needs the address and the id of what is imported')
      }
      return { command: { name, selection, address: first, id: second } }
    case 'destroy':
    case 'resume':
      return { command: { name, selection } }
    case 'discard':
    case 'cancel':
    case 'unlock':
      return { command: { name } }
    case 'help':
      if (first !== undefined && !isCommandName(first)) {
        return refused(
          sentences(`\`${cut(first)}\` is no command.`, didYouMean(first, commandNames)),
        )
      }
      return { command: { name, about: first } }
  }
}

function selectionOf({ values, withDependencies }: Arguments): CommandSelection {
  return {
    environments: values.environment ?? [],
    components: values.component ?? [],
    withDependencies,
    directory: values.dir?.[0],
    terraformWorkspace: values.workspace?.[0],
    project: values.project?.[0],
  }
}

function refused(sentence: string): ParsedCommand {
  return { refused: sentence }
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ')
}

import type { Document, YAMLError } from 'yaml'
import type { Position } from '../node.ts'
import type { Problem } from '../problem.ts'
import { findUnquoted, withoutExpressions } from './unquoted-expressions.ts'
import { parseYaml } from './yaml.ts'
import { yaml } from './yaml-library.ts'

/** Says in plain words why a text is no YAML. What only follows from an earlier fault is left out. */
export function explainFaults(
  file: string,
  text: string,
  faults: readonly YAMLError[],
): readonly Problem[] {
  const unquoted = findUnquoted(file, text)
  const { documents, at } = parseYaml(file, withoutExpressions(text))
  if (documents === 'too deep') return [{ at: at(0), message: TOO_DEEP, next: undefined }]
  // With the expressions out of the way, what is still wrong is wrong by itself.
  const own = unquoted.length === 0 ? faults : documents.flatMap((document) => document.errors)
  const told = new Set<number>()
  const problems = [...unquoted]
  for (const [index, fault] of own.entries()) {
    if (index > 0 && /in YAML stream/.test(fault.message)) continue
    const isOpen = OPEN_COLLECTION.test(fault.message)
    const problem = isOpen ? explainOpen(fault, documents, at) : explain(fault, text, at)
    const line = problem.at?.line ?? 0
    if (!told.has(line)) problems.push(problem)
    told.add(line)
    // Behind a bracket that is not closed nothing is where it seems to be.
    if (isOpen) break
  }
  return problems
}

const TOO_DEEP = 'the file is nested too deeply'
const OPEN_COLLECTION =
  /^Flow (map|sequence) in block collection|^Expected flow (map|sequence) to end/

/** A `{` or `[` is pointed at where it begins, however late it shows that it has no end. */
function explainOpen(
  fault: YAMLError,
  documents: readonly Document.Parsed[],
  at: (offset: number) => Position,
): Problem {
  let start = fault.pos[0]
  for (const document of documents) {
    yaml().visit(document, {
      Collection(_key, node) {
        const range = node.flow === true ? node.range : undefined
        if (range && range[0] < fault.pos[0] && fault.pos[0] <= range[2]) start = range[0]
      },
    })
  }
  const isMap = /flow map/i.test(fault.message)
  const message = `this \`${isMap ? '{' : '['}\` is never closed by \`${isMap ? '}' : ']'}\``
  const next = 'Close it; lines between the two are indented more than the first.'
  return { at: at(start), message, next }
}

function explain(fault: YAMLError, text: string, at: (offset: number) => Position): Problem {
  const offset = placeOf(fault, text)
  const { message, next } = words(fault, text.slice(offset))
  return { at: at(offset), message, next }
}

/** Where to point: at the first letter of the line that is wrong, at the quote that is not closed. */
function placeOf(fault: YAMLError, text: string): number {
  const [start] = fault.pos
  if (/^Missing closing/.test(fault.message)) return openQuote(fault, text)
  if (fault.code === 'TAB_AS_INDENT') return start
  const spaces = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0
  return start + spaces
}

/** The quote that begins the last value before the place where the end was missed. */
function openQuote(fault: YAMLError, text: string): number {
  const quote = fault.message.includes('"') ? '"' : "'"
  const before = text.slice(0, fault.pos[0])
  const begin = new RegExp(`(^|[\\s\\[{,])${quote}`, 'gm')
  const last = [...before.matchAll(begin)].at(-1)
  return last === undefined ? fault.pos[0] : last.index + last[0].length - 1
}

interface Words {
  readonly message: string
  readonly next: string | undefined
}

function words(fault: YAMLError, rest: string): Words {
  const first = rest.slice(0, 1)
  const line = rest.split('\n', 1)[0] ?? ''
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return say('a tab cannot indent a line', 'Use spaces.')
    case 'BAD_INDENT':
      return say(
        'the indentation fits neither the line above nor any further up',
        'Keys of one map begin in the same column.',
      )
    case 'BAD_SCALAR_START':
      return say(`a value cannot begin with \`${first}\``, 'Put the value in quotes.')
    case 'BAD_DQ_ESCAPE':
      return say(
        `\`${line.slice(0, 2)}\` means nothing in double quotes`,
        "Use single quotes ('…'), in which a backslash is a backslash, or write it twice.",
      )
    case 'BLOCK_AS_IMPLICIT_KEY':
      return say('there is a second `: ` in this value', 'Put the value in quotes.')
    case 'MULTILINE_IMPLICIT_KEY':
      return withoutColon(line)
    case 'MISSING_CHAR':
      return missing(fault.message, line)
    case 'UNEXPECTED_TOKEN':
      return say(
        `\`${first}\` cannot stand here`,
        'If it belongs to a value, put the whole value in quotes.',
      )
    case 'BAD_ALIAS':
      return say('`*` begins an alias', 'Write `- ` for an item of a list, or put text in quotes.')
    case 'IMPOSSIBLE':
    case 'RESOURCE_EXHAUSTION':
      return say(TOO_DEEP)
    default:
      return say(`this is no YAML: ${lower(fault.message)}`)
  }
}

function withoutColon(line: string): Words {
  const tight = /^([\w-]+):(\S.*)$/.exec(line)
  if (tight !== null) {
    return say(
      `the colon after \`${tight[1]}\` needs a space behind it`,
      `Write \`${tight[1]}: ${tight[2]}\``,
    )
  }
  return say('this line has no `key: value`', 'Is a colon missing, or does it belong further in?')
}

function missing(message: string, line: string): Words {
  if (/^Implicit map keys/.test(message)) return withoutColon(line)
  if (/^Missing closing/.test(message)) {
    return say('a quote begins here and is never closed', 'Add the closing quote.')
  }
  if (/^Sequence item without/.test(message)) {
    return say(
      'this line belongs to a list, but is not indented as its items are',
      "Begin a new item with `- `, or indent this line to the item's first key.",
    )
  }
  if (/^Missing , or :/.test(message)) return say('a comma is missing before this')
  return say(`this is no YAML: ${lower(message)}`)
}

function say(message: string, next?: string): Words {
  return { message, next }
}

function lower(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1)
}

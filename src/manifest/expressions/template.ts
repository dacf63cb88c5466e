import type { Expression } from './expression.ts'
import { Fault, shifted } from './fault.ts'
import { parseExpression } from './parse.ts'

/** An expression inside a text. */
export interface Part {
  /** What stands between `${{` and `}}`. */
  readonly text: string
  /** Where that begins in the whole text: offsets of `expression` count from there. */
  readonly start: number
  readonly expression: Expression
}

/** A text with expressions in it. */
export interface Template {
  readonly pieces: readonly (string | Part)[]
  /** The text is exactly one expression, so its result keeps its type. */
  readonly whole: Part | undefined
  /** What is wrong with its expressions; such a template cannot be evaluated. */
  readonly faults: readonly Fault[]
}

/** What an expression inside of a text begins with. */
export const opening = '${{'
const closing = '}}'

// A server reads many manifests: what it has parsed must not grow for ever.
const mostCached = 20_000
const templates = new Map<string, Template>()
const conditions = new Map<string, Template>()

/** The template that a text is; parsed once for all places where it stands. */
export function templateOf(text: string): Template {
  return text.includes(opening) ? cached(templates, text, readTemplate) : plain(text)
}

/** A text that is an expression as a whole, without `${{ }}`. */
export function conditionOf(text: string): Template {
  return cached(conditions, text, (bare) => {
    const { part, fault } = readPart(bare, 0)
    return { pieces: part ? [part] : [], whole: part, faults: fault ? [fault] : [] }
  })
}

export function hasExpressions(text: string): boolean {
  return (
    text.includes(opening) && templateOf(text).pieces.some((piece) => typeof piece !== 'string')
  )
}

function plain(text: string): Template {
  return { pieces: [text], whole: undefined, faults: [] }
}

function cached(
  cache: Map<string, Template>,
  text: string,
  read: (text: string) => Template,
): Template {
  const known = cache.get(text)
  if (known !== undefined) return known
  if (cache.size >= mostCached) cache.clear()
  const made = read(text)
  cache.set(text, made)
  return made
}

function readTemplate(text: string): Template {
  const pieces: (string | Part)[] = []
  const faults: Fault[] = []
  let literal = ''
  let from = 0
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, from)) {
    if (at > from && text.charAt(at - 1) === '$') {
      literal += text.slice(from, at - 1) + opening
      from = at + opening.length
      continue
    }
    literal += text.slice(from, at)
    const start = at + opening.length
    const end = endOf(text, start)
    if (end === undefined) {
      const next = `Write \`$${opening}\` for these signs themselves.`
      const message = `\`${opening}\` is never closed by \`${closing}\``
      faults.push(new Fault(message, { at }, { next }))
      return { pieces, whole: undefined, faults }
    }
    if (literal !== '') pieces.push(literal)
    literal = ''
    const { part, fault } = readPart(text.slice(start, end), start)
    if (part) pieces.push(part)
    if (fault) faults.push(fault)
    from = end + closing.length
  }
  literal += text.slice(from)
  if (literal !== '') pieces.push(literal)
  const only = pieces.length === 1 ? pieces[0] : undefined
  return { pieces, whole: typeof only === 'object' ? only : undefined, faults }
}

function readPart(text: string, start: number): { part?: Part; fault?: Fault } {
  try {
    return { part: { text, start, expression: parseExpression(text) } }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { fault: shifted(error, start) }
  }
}

/** Where the expression that starts at `from` ends: braces of its maps and strings are passed over. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (depth === 0 && text.startsWith(closing, at)) return at
    if (sign === '{') depth += 1
    else if (sign === '}') depth -= 1
    else if (sign === '"' || sign === "'") {
      const end = endOfString(text, at)
      // A string without an end is told by the parser, of as little text as possible.
      if (end === undefined) return found(text.indexOf(closing, at))
      at = end
    }
  }
  return found(text.indexOf(closing, from))
}

/** The last character of the string that starts at `from`. */
function endOfString(text: string, from: number): number | undefined {
  const quote = text.charAt(from)
  const delimiter = text.startsWith(quote.repeat(3), from) ? quote.repeat(3) : quote
  for (let at = from + delimiter.length; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1
    else if (text.startsWith(delimiter, at)) return at + delimiter.length - 1
  }
  return undefined
}

function found(index: number): number | undefined {
  return index === -1 ? undefined : index
}

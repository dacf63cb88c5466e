/**
 * The structure of one HCL body: which blocks and attributes it has, not what they evaluate to.
 * Grammar: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export interface HclBody {
  /** Name of each attribute, with the source text of its expression, trimmed. */
  readonly attributes: ReadonlyMap<string, string>
  readonly blocks: readonly HclBlock[]
}

export interface HclBlock {
  readonly type: string
  readonly labels: readonly string[]
  readonly body: HclBody
}

/** Text that is not HCL. The message never quotes it: it may hold secrets. */
export class HclFault extends Error {
  override readonly name = 'HclFault'
}

/**
 * Reads the structure of a file in HCL's native syntax.
 * @throws HclFault when the text is not HCL.
 */
export function scanHcl(text: string): HclBody {
  const scanner = new Scanner(text.startsWith('\uFEFF') ? text.slice(1) : text)
  return scanner.body('file')
}

/**
 * True when the text is one balanced expression: put in parentheses it stays what it is and cannot
 * end them.
 */
export function isBalancedExpression(text: string): boolean {
  const scanner = new Scanner(text)
  try {
    return scanner.expression('end') !== '' && scanner.atEnd
  } catch (error) {
    if (error instanceof HclFault) return false
    throw error
  }
}

/** Every quoted string without interpolation in an expression, unescaped. */
export function stringLiterals(expression: string): readonly string[] {
  const found: string[] = []
  const scanner = new Scanner(expression, (raw) => {
    const value = unquote(raw)
    if (value !== undefined) found.push(value)
  })
  try {
    scanner.expression('end')
  } catch (error) {
    if (!(error instanceof HclFault)) throw error
  }
  return found
}

/** The value of a quoted string without interpolation; undefined for any other expression. */
export function unquote(expression: string): string | undefined {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(expression)) return undefined
  const inner = expression.slice(1, -1)
  if (/(^|[^$])(\$\$)*\$\{|(^|[^%])(%%)*%\{/.test(inner)) return undefined
  return inner.replace(
    /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{/gs,
    (found, escaped: string | undefined) =>
      escaped === undefined ? found.slice(1) : characterOf(escaped),
  )
}

function characterOf(escaped: string): string {
  if (escaped.length > 1) {
    const code = Number.parseInt(escaped.slice(1), 16)
    return code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code)
  }
  const known: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
  return known[escaped] ?? escaped
}

const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

class Scanner {
  readonly #text: string
  readonly #onString: (raw: string) => void
  #at = 0

  constructor(text: string, onString: (raw: string) => void = () => {}) {
    this.#text = text
    this.#onString = onString
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  body(kind: 'file' | 'block'): HclBody {
    const attributes = new Map<string, string>()
    const blocks: HclBlock[] = []
    for (;;) {
      this.#skipSpace({ lines: true })
      if (this.atEnd) {
        if (kind === 'file') return { attributes, blocks }
        throw new HclFault('a block is not closed')
      }
      if (this.#peek() === '}' && kind === 'block') {
        this.#at += 1
        return { attributes, blocks }
      }
      this.#item(attributes, blocks)
    }
  }

  #item(attributes: Map<string, string>, blocks: HclBlock[]): void {
    const name = this.#identifier()
    this.#skipSpace({ lines: false })
    if (this.#peek() === '=' && this.#text[this.#at + 1] !== '=') {
      this.#at += 1
      attributes.set(name, this.expression('line'))
      return
    }
    const labels: string[] = []
    while (this.#peek() !== '{') {
      labels.push(this.#label())
      this.#skipSpace({ lines: false })
    }
    this.#at += 1
    blocks.push({ type: name, labels, body: this.body('block') })
  }

  #label(): string {
    if (this.#peek() !== '"') return this.#identifier()
    const start = this.#at
    this.#quoted()
    return unquote(this.#text.slice(start, this.#at)) ?? this.#text.slice(start + 1, this.#at - 1)
  }

  #identifier(): string {
    identifier.lastIndex = this.#at
    const match = identifier.exec(this.#text)
    if (match === null) throw new HclFault('a name was expected')
    this.#at = identifier.lastIndex
    return match[0]
  }

  /** Reads on to the end of an expression: of its line (or its one-line block), or of the text. */
  expression(until: 'line' | 'end'): string {
    this.#skipSpace({ lines: until === 'end' })
    const start = this.#at
    let end = start
    const open: string[] = []
    while (!this.atEnd) {
      const character = this.#peek()
      const closer = closers[character]
      if (open.length === 0 && until === 'line' && (character === '\n' || character === '}')) break
      if (this.#skipComment()) {
        if (open.length === 0 && until === 'line' && this.#text[this.#at - 1] === '\n') {
          this.#at -= 1
          break
        }
        continue
      }
      if (character === '"') {
        const from = this.#at
        this.#quoted()
        this.#onString(this.#text.slice(from, this.#at))
      } else if (character === '<' && this.#heredoc()) {
        // The whole document was skipped; its last line stands before a line break.
      } else if (closer !== undefined) {
        open.push(closer)
        this.#at += 1
      } else if (character === ')' || character === ']' || character === '}') {
        if (open.pop() !== character) throw new HclFault('brackets do not match')
        this.#at += 1
      } else {
        this.#at += 1
      }
      if (!/\s/.test(character)) end = this.#at
    }
    if (open.length > 0) throw new HclFault('a bracket is not closed')
    return this.#text.slice(start, end)
  }

  #peek(): string {
    return this.#text[this.#at] ?? ''
  }

  #skipSpace(options: { readonly lines: boolean }): void {
    for (;;) {
      const character = this.#peek()
      if (character === ' ' || character === '\t' || character === '\r') this.#at += 1
      else if (options.lines && character === '\n') this.#at += 1
      else if (character === '/' && this.#text[this.#at + 1] === '*') this.#skipComment()
      else if (!options.lines || !this.#skipComment()) return
    }
  }

  #skipComment(): boolean {
    const two = this.#text.slice(this.#at, this.#at + 2)
    if (two === '/*') {
      const end = this.#text.indexOf('*/', this.#at + 2)
      if (end < 0) throw new HclFault('a comment is not closed')
      this.#at = end + 2
      return true
    }
    if (two !== '//' && !two.startsWith('#')) return false
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end + 1
    return true
  }

  /** A quoted template: `${` and `%{` open expressions in it, which may hold strings again. */
  #quoted(): void {
    this.#at += 1
    for (;;) {
      const character = this.#peek()
      if (character === '' || character === '\n') throw new HclFault('a string is not closed')
      if (character === '\\') this.#at += 2
      else if (character === '"') {
        this.#at += 1
        return
      } else if (!this.#interpolation()) this.#at += 1
    }
  }

  /** Skips `${ … }` or `%{ … }` when one starts here, and the escapes `$${` and `%%{`. */
  #interpolation(): boolean {
    const character = this.#peek()
    if (character !== '$' && character !== '%') return false
    if (this.#text.startsWith(`${character}${character}{`, this.#at)) {
      this.#at += 3
      return true
    }
    if (this.#text[this.#at + 1] !== '{') return false
    this.#at += 2
    this.#bracketed('}')
    return true
  }

  #bracketed(closer: string): void {
    const open = [closer]
    while (open.length > 0) {
      if (this.atEnd) throw new HclFault('an interpolation is not closed')
      if (this.#skipComment()) continue
      const character = this.#peek()
      const inner = closers[character]
      if (character === '"') this.#quoted()
      else if (character === '<' && this.#heredoc()) continue
      else {
        if (inner !== undefined) open.push(inner)
        else if (character === ')' || character === ']' || character === '}') {
          if (open.pop() !== character) throw new HclFault('brackets do not match')
        }
        this.#at += 1
      }
    }
  }

  #heredoc(): boolean {
    const match = /^<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/u.exec(
      this.#text.slice(this.#at, this.#at + 300),
    )
    if (match === null) return false
    const marker = match[1]
    this.#at += match[0].length
    for (;;) {
      if (this.atEnd) throw new HclFault('a heredoc is not closed')
      const lineEnd = this.#text.indexOf('\n', this.#at)
      const end = lineEnd < 0 ? this.#text.length : lineEnd
      if (this.#text.slice(this.#at, end).trim() === marker) {
        // The line break stays: it ends the attribute.
        this.#at = end
        return true
      }
      this.#heredocLine()
    }
  }

  /** One line of a heredoc, or more when an interpolation in it spans lines. */
  #heredocLine(): void {
    for (;;) {
      const character = this.#peek()
      if (character === '') return
      if (this.#interpolation()) continue
      this.#at += 1
      if (character === '\n') return
    }
  }
}

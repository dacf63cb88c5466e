import type { ASTNode, ParseError } from '@marcbachmann/cel-js'
import { cel } from './cel-library.ts'
import type { Expression } from './expression.ts'
import { Fault } from './fault.ts'

const longest = 16_384

/**
 * Reads an expression of the Common Expression Language. Only the grammar is the library's: what an
 * expression means is decided by `evaluate`, since outputs may not be known yet.
 * @throws Fault when the text is no expression
 */
export function parseExpression(text: string): Expression {
  if (text.trim() === '') throw new Fault('an expression is missing', { at: 0 })
  if (text.length > longest) {
    throw new Fault(`the expression is longer than ${longest} characters`, { at: 0 })
  }
  try {
    return toExpression(cel().grammar.parse(text).ast)
  } catch (error) {
    if (error instanceof cel().ParseError) throw syntaxFault(error, text)
    throw error
  }
}

type Operation<Operator> = Extract<ASTNode, { readonly op: Operator }>
type Place = Pick<Expression, 'start' | 'end' | 'at'>

function toExpression(node: ASTNode): Expression {
  const place = { start: node.start, end: node.end, at: node.pos }
  switch (node.op) {
    case 'value':
      return { ...place, is: 'literal', value: literalOf(node.args, place) }
    case 'id':
      return { ...place, is: 'name', name: node.args }
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return accessOf(node, place)
    case 'call':
      return { ...place, is: 'call', name: node.args[0], on: undefined, args: all(node.args[1]) }
    case 'rcall':
      return methodCallOf(node, place)
    case 'list':
      return { ...place, is: 'list', items: all(node.args) }
    case 'map': {
      const entries = node.args.map(
        (pair) => [toExpression(pair[0]), toExpression(pair[1])] as const,
      )
      return { ...place, is: 'map', entries }
    }
    case '?:': {
      const [condition, yes, no] = node.args
      const parts = { condition: toExpression(condition), yes: toExpression(yes) }
      return { ...place, is: 'choice', ...parts, no: toExpression(no) }
    }
    case '!_':
    case '-_':
      return { ...place, is: 'unary', operator: sign(node.op), of: toExpression(node.args) }
    case '&&':
    case '||':
      return { ...place, is: 'logical', operator: node.op, ...sidesOf(node, place) }
    default:
      return { ...place, is: 'binary', operator: node.op, ...sidesOf(node, place) }
  }
}

function all(nodes: readonly ASTNode[]): Expression[] {
  return nodes.map(toExpression)
}

function sign(operator: '!_' | '-_'): '!' | '-' {
  return operator === '!_' ? '!' : '-'
}

/** The sides of an operation, and its sign as the place. */
function sidesOf(node: ASTNode & { args: [ASTNode, ASTNode] }, place: Place) {
  const [left, right] = node.args
  const at = node.input.indexOf(node.op, left.end)
  const found = at !== -1 && at < right.start
  return { left: toExpression(left), right: toExpression(right), at: found ? at : place.at }
}

function accessOf(node: Operation<'.' | '.?' | '[]' | '[?]'>, place: Place): Expression {
  const optional = node.op === '.?' || node.op === '[?]'
  const of = toExpression(node.args[0])
  const named = node.args[1]
  if (typeof named !== 'string') {
    const key = toExpression(named)
    return { ...place, at: key.start, is: 'access', of, key, optional }
  }
  const key = { ...place, start: place.at, is: 'literal', value: named } as const
  return { ...place, is: 'access', of, key, optional }
}

function methodCallOf(node: Operation<'rcall'>, place: Place): Expression {
  const [name, on, args] = node.args
  const at = Math.max(place.start, node.input.indexOf(name, on.end))
  return { ...place, at, is: 'call', name, on: toExpression(on), args: all(args) }
}

function literalOf(value: Operation<'value'>['args'], place: Place) {
  if (value === null || typeof value !== 'object') return value
  const what = value instanceof Uint8Array ? 'bytes: b"…"' : 'unsigned numbers: 1u'
  throw new Fault(`there are no ${what}`, place, { next: 'Use a string or a plain number.' })
}

const signs = new Map([
  ['EOF', 'the end'],
  ['NUMBER', 'a number'],
  ['STRING', 'a string'],
  ['BOOLEAN', 'a bool'],
  ['NULL', '`null`'],
  ['IDENTIFIER', 'a name'],
  ['PLUS', '`+`'],
  ['MINUS', '`-`'],
  ['MULTIPLY', '`*`'],
  ['DIVIDE', '`/`'],
  ['MODULO', '`%`'],
  ['EQ', '`==`'],
  ['NE', '`!=`'],
  ['LT', '`<`'],
  ['LE', '`<=`'],
  ['GT', '`>`'],
  ['GE', '`>=`'],
  ['AND', '`&&`'],
  ['OR', '`||`'],
  ['NOT', '`!`'],
  ['IN', '`in`'],
  ['LPAREN', '`(`'],
  ['RPAREN', '`)`'],
  ['LBRACKET', '`[`'],
  ['RBRACKET', '`]`'],
  ['LBRACE', '`{`'],
  ['RBRACE', '`}`'],
  ['DOT', '`.`'],
  ['COMMA', '`,`'],
  ['COLON', '`:`'],
  ['QUESTION', '`?`'],
  ['BYTES', 'bytes'],
])

/** The parser's complaint without the names of its tokens. */
function syntaxFault(error: ParseError, text: string): Fault {
  // Behind its last character a text has nothing to point at.
  const at = Math.min(error.range?.start ?? 0, text.trimEnd().length)
  return new Fault(sentenceOf(error), { at }, { next: nextFor(error, text) })
}

function sentenceOf({ code, summary }: ParseError): string {
  if (code === 'limit_exceeded') return 'the expression is too large, or nested too deep'
  if (code === 'invalid_macro_argument') return 'the first argument must be the name of an element'
  const words = summary.replace(/\b[A-Z]{2,}\b/g, (token) => signs.get(token) ?? token)
  const unexpected = /^Unexpected (?:token|character): '?(.*?)'?$/.exec(words)?.[1]
  if (unexpected === undefined) return words.slice(0, 1).toLowerCase() + words.slice(1)
  return unexpected === signs.get('EOF')
    ? 'the expression breaks off'
    : `${unexpected.length === 1 ? `\`${unexpected}\`` : unexpected} is not expected here`
}

function nextFor(error: ParseError, text: string): string | undefined {
  const sign = text.slice(error.range?.start ?? 0, error.range?.end)
  if (error.code === 'reserved_identifier') return `\`${sign}\` is a word of the language itself.`
  if (error.code === 'invalid_macro_argument') return 'Like `list.map(x, x + 1)`.'
  if (error.summary.startsWith('Expected IDENTIFIER') && sign !== '')
    return `A key like this is written ["${sign}"].`
  if (sign === '=') return 'Equality is written `==`.'
  if (sign === '&' || sign === '|') return 'Logic is written `&&` and `||`.'
  return undefined
}

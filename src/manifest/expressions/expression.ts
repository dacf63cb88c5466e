/** Offsets into the text of an expression. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type BinaryOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'

/** An expression as a tree. `at` is where a caret belongs: the key in `a.key`, the sign in `1 / 0`. */
export type Expression = Span & { readonly at: number } & (
    | { readonly is: 'literal'; readonly value: null | boolean | number | bigint | string }
    | { readonly is: 'name'; readonly name: string }
    | Access
    | Call
    | { readonly is: 'list'; readonly items: readonly Expression[] }
    | { readonly is: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
    | {
        readonly is: 'choice'
        readonly condition: Expression
        readonly yes: Expression
        readonly no: Expression
      }
    | {
        readonly is: 'logical'
        readonly operator: '&&' | '||'
        readonly left: Expression
        readonly right: Expression
      }
    | { readonly is: 'unary'; readonly operator: '!' | '-'; readonly of: Expression }
    | {
        readonly is: 'binary'
        readonly operator: BinaryOperator
        readonly left: Expression
        readonly right: Expression
      }
  )

/** `of.key`, `of[key]`; optional: `of.?key`, `of[?key]`. */
interface Access {
  readonly is: 'access'
  readonly of: Expression
  readonly key: Expression
  readonly optional: boolean
}

/** `name(args)`, or `on.name(args)`. */
interface Call {
  readonly is: 'call'
  readonly name: string
  readonly on: Expression | undefined
  readonly args: readonly Expression[]
}

export type AccessExpression = Extract<Expression, { is: 'access' }>
export type CallExpression = Extract<Expression, { is: 'call' }>

/** The expressions that one is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'literal':
    case 'name':
      return []
    case 'access':
      return [expression.of, expression.key]
    case 'call':
      return expression.on === undefined ? expression.args : [expression.on, ...expression.args]
    case 'list':
      return expression.items
    case 'map':
      return expression.entries.flat()
    case 'choice':
      return [expression.condition, expression.yes, expression.no]
    case 'logical':
    case 'binary':
      return [expression.left, expression.right]
    case 'unary':
      return [expression.of]
  }
}

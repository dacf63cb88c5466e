/** A number that JavaScript would round: kept by its digits as they were written. */
export class ExactNumber {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown

const parse: (text: string, reviver?: Reviver) => unknown = JSON.parse

/** Something that could be a number of more digits, or a greater one, than a double holds. */
const longNumber = /(?:^|[:[,])\s*-?(?:\d[\d.]{15,}|[\d.]+[eE])/

/**
 * Parses JSON without rounding: numbers that a double cannot hold become {@link ExactNumber}.
 * Where the browser does not tell how a number was written, it is marked as approximate.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  // Asking for every value's source costs several times the parsing itself.
  if (!longNumber.test(text)) return parse(text)
  return parse(text, (_key, value, context) =>
    typeof value === 'number' ? exact(value, context?.source) : value,
  )
}

function exact(value: number, source: string | undefined): number | ExactNumber {
  if (source === undefined) {
    return Math.abs(value) > Number.MAX_SAFE_INTEGER ? new ExactNumber(`≈${value}`) : value
  }
  return isSameNumber(String(value), source) ? value : new ExactNumber(source)
}

/** Whether two ways of writing a number mean the same one: `1.50e1` and `15`. */
function isSameNumber(shown: string, source: string): boolean {
  return shown === source || normalized(shown) === normalized(source)
}

/** Sign, significant digits and the power of ten of the last of them. */
function normalized(source: string): string {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  if (sign === undefined) return source
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const exponent = Number(power) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${exponent}`
}

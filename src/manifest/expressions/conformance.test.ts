import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../platform/value.ts'
import { datumOf } from './datum.ts'
import { evaluate } from './evaluate.ts'
import { Fault } from './fault.ts'
import { parseExpression } from './parse.ts'
import { Budget } from './scope.ts'
import { toValue } from './value-of.ts'

const values: Value = {
  name: 'shop',
  replicas: 3,
  ratio: 1.5,
  big: 9007199254740993n,
  on: true,
  nothing: null,
  empty: {},
  zones: ['a', 'b', 'c'],
  ports: [80, 443],
  db: { host: 'db.local', port: 5432, 'my-key': 'x' },
}

function result(text: string): unknown {
  const world = {
    secretive: false,
    name: (name: string) => (name === 'values' ? datumOf(values) : undefined),
    output: () => {
      throw new Error('nothing here reads outputs')
    },
    file: () => undefined,
    commitOf: () => undefined,
  }
  const scope = { world, variables: new Map(), budget: new Budget() }
  return toValue(evaluate(parseExpression(text), scope))
}

function fault(text: string): string {
  try {
    return `no fault, but ${JSON.stringify(result(text))}`
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return `${error.message} | ${text.slice(error.at)}`
  }
}

// Changing a line of these tables changes what people's manifests mean.
describe('what an expression comes to', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7 % 3', 1],
    ['7.0 / 2.0', 3.5],
    ['0x1f', 31],
    ['1e3', 1000],
    ['values.replicas * 2', 6],
    ['values.ratio * 2', 3],
    ['values.big + 1', 9007199254740994n],
    ['-values.replicas', -3],
    ['"a" + "b"', 'ab'],
    ['\'single\' + "double"', 'singledouble'],
    ['r"\\d"', '\\d'],
    ['"\\u00e9\\n"', 'é\n'],
    ['[1] + [2, 3]', [1, 2, 3]],
    ['1 == 1.0', true],
    ['1 == "1"', false],
    ['values.nothing == null', true],
    ['[1, [2]] == [1, [2]]', true],
    ['{"a": 1} == {"a": 1}', true],
    ['{"a": 1} == {"b": 1}', false],
    ['"b" > "a"', true],
    ['2 < 2.5', true],
    ['"a" in values.zones', true],
    ['"z" in values.zones', false],
    ['"host" in values.db', true],
    ['true && false || true', true],
    ['!values.on', false],
    ['values.on ? "yes" : "no"', 'yes'],
    ['values.db.host', 'db.local'],
    ['values["db"]["my-key"]', 'x'],
    ['values.zones[1]', 'b'],
    ['values.db', { host: 'db.local', port: 5432, 'my-key': 'x' }],
    ['{"a": [1, values.name]}', { a: [1, 'shop'] }],
    ['values.?none.orValue(1)', 1],
    ['values.?none.deeper.orValue(1)', 1],
    ['values[?"name"].orValue("x")', 'shop'],
    ['values.?name.hasValue()', true],
    ['has(values.db.host)', true],
    ['has(values.db.none)', false],
    ['default(values.none, 1)', 1],
    ['default(values.none.deeper, values.replicas)', 3],
    ['default(values.name, "x")', 'shop'],
    ['default(values.nothing, "x")', null],
    ['default(values.?none, 1)', 1],
    ['size(values.zones) + size("äöü") + size(values.db)', 9],
    ['values.zones.map(z, z + "!")', ['a!', 'b!', 'c!']],
    ['values.ports.map(p, p > 100, p + 1)', [444]],
    ['values.ports.filter(p, p > 100)', [443]],
    ['values.db.map(key, key)', ['host', 'port', 'my-key']],
    ['values.ports.all(p, p > 0)', true],
    ['values.ports.exists(p, p == 80)', true],
    ['values.ports.exists_one(p, p > 0)', false],
    ['values.zones.map(z, values.ports.map(p, z + string(p)))[1]', ['b80', 'b443']],
    ['string(1) + string(1.5) + string(true)', '11.5true'],
    ['int("42") + int(1.9)', 43],
    ['double("1.5")', 1.5],
    ['bool("true")', true],
    ['"a,b".split(",")', ['a', 'b']],
    ['values.zones.join("-")', 'a-b-c'],
    ['values.zones.join()', 'abc'],
    ['"a.b".replace(".", "-")', 'a-b'],
    ['"$&".replace("$", "$$")', '$$&'],
    ['"shop".startsWith("sh") && "shop".endsWith("op") && "shop".contains("ho")', true],
    ['" x ".trim() + "Ab".lowerAscii() + "Ab".upperAscii()', 'xabAB'],
    ['"shop".substring(1, 3) + "shop".substring(3)', 'hop'],
    ['"a-b-c".indexOf("-") + "a-b-c".lastIndexOf("-")', 4],
    ['json("{\\"a\\": [1, 12345678901234567890]}").a', [1, 12345678901234567890n]],
    ['yaml("a: {b: [x, 1]}").a.b', ['x', 1]],
    ['base64("shop")', 'c2hvcA=='],
    ['sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['cidr_subnet("10.0.0.0/16", 8, 2)', '10.0.2.0/24'],
    ['true || 1 / 0 == 1', true],
    ['1 / 0 == 1 || true', true],
    ['[0, 1].exists(x, 1 / x == 1)', true],
  ])('%s', (text, expected) => {
    expect(result(text)).toEqual(expected)
  })
})

describe('what cannot be evaluated is told at its place', () => {
  test.each([
    ['values.nmae', '`values` has no key `nmae` | nmae'],
    ['values.db.hots', '`values.db` has no key `hots` | hots'],
    ['values.zones[3]', '`values.zones` has 3 elements, and no [3] | 3]'],
    ['values.zones[-1]', '`values.zones` has 3 elements, and no [-1] | -1]'],
    ['values.name.first', '`values.name` is a string and has no keys | first'],
    ['values.nothing.x', '`values.nothing` is null and has no keys | x'],
    ['values.zones["a"]', 'elements of a list are numbered, from 0: [0], not a string | "a"]'],
    ['values.constructor', '`values` has no key `constructor` | constructor'],
    ['values["__proto__"]', '`values` has no key `__proto__` | "__proto__"]'],
    ['{"a": 1}.toString', 'this has no key `toString` | toString'],
    ['1 + 1 / 0', 'division by zero | / 0'],
    ['1.0 / 0.0', 'division by zero | / 0.0'],
    ['1 % 0', 'division by zero | % 0'],
    ['9223372036854775807 + 1', 'the number is too large | + 1'],
    ['values.name + 1', '`+` does not go with a string and a number | + 1'],
    ['values.name < 1', '`<` does not go with a string and a number | < 1'],
    ['!values.name', '`!` does not go with a string | !values.name'],
    ['values.name ? 1 : 2', '`?` needs a bool before it, not a string | name ? 1 : 2'],
    ['values.name && true', '`&&` needs a bool here, not a string | name && true'],
    ['false || 1 / 0 == 1', 'division by zero | / 0 == 1'],
    ['"s" in "shop"', '`in` looks into a list or a map, not into a string | in "shop"'],
    ['[values.?none]', 'there may be no value here | none]'],
    ['values.?none + 1', 'there may be no value here | none + 1'],
    ['int("x1")', '"x1" is no whole number | int("x1")'],
    ['base64(1)', 'base64() takes a string here, not a number | 1)'],
    ['values.name.join(",")', '`join` goes with a list, not with a string | join(",")'],
    ['[1].join(",")', 'join() takes a list of strings, and element 0 is none | join(",")'],
    ['json("{")', 'json() cannot read this text | "{")'],
    ['yaml("a: [")', 'yaml() cannot read this text | "a: [")'],
    ['"abc".substring(2, 9)', 'the string has 3 characters, not 2 to 9 | substring(2, 9)'],
    ['nope(1)', 'there is no function nope() | nope(1)'],
    ['base64()', 'base64() is called with 0 of its arguments | base64()'],
    ['"a".matches("a+")', 'there is no function matches() | matches("a+")'],
    ['[1].map(x, y)', '`y` is not known here | y)'],
    ['{1: 2}', 'keys of a map are strings, not a number | 1: 2}'],
    ['values.name ==', 'the expression breaks off | '],
    ['values.', 'expected a name, got the end | '],
    ['a = b', '`=` is not expected here | = b'],
    ['"abc', 'unterminated string | "abc'],
    ['1u', 'there are no unsigned numbers: 1u | 1u'],
  ])('%s', (text, expected) => {
    expect(fault(text)).toBe(expected)
  })
})

describe('no expression runs or grows for ever', () => {
  const ten = '[0,1,2,3,4,5,6,7,8,9]'
  const nested = (depth: number): string =>
    depth === 0 ? '1' : `${ten}.map(x${depth}, ${nested(depth - 1)})`
  const doubled = Array.from({ length: 40 }, () => '.map(x, x + x)').join('')
  test.each([
    ['loops in loops', nested(8), 'the expression takes too many steps'],
    [
      'strings that double',
      `["aaaaaaaa"]${doubled}`,
      'the string is longer than 1048576 characters',
    ],
    ['lists that double', `[[1, 2]]${doubled}`, 'the expression takes too many steps'],
    [
      'replacing nothing by much',
      `["x".replace("", "${'y'.repeat(2000)}")].map(x, x.replace("", x)).map(x, x.replace("", x))`,
      'the expression takes too many steps',
    ],
    [
      'nesting',
      `${'('.repeat(200)}1${')'.repeat(200)}`,
      'the expression is too large, or nested too deep',
    ],
    [
      'many terms',
      Array.from({ length: 3000 }, () => '1').join('+'),
      'the expression is too large, or nested too deep',
    ],
    ['length', `"${'x'.repeat(20_000)}"`, 'the expression is longer than 16384 characters'],
    ['deep JSON', `json("${'['.repeat(9000)}")`, 'json() cannot read this text'],
    [
      'aliases',
      `yaml("a: &a [x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\\ng: [*e,*e,*e,*e,*e,*e,*e,*e]")`,
      'yaml() cannot read this text',
    ],
  ])('%s', (_what, text, expected) => {
    expect(fault(text).split(' | ')[0]).toBe(expected)
  })
})

// The library evaluates too. Where both know a construct, they agree: an update that reads expressions
// otherwise is seen here.
test('the evaluator of the library comes to the same', () => {
  const library = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
  })
  const theirs = (text: string): unknown => {
    try {
      return plain(library.evaluate(text))
    } catch {
      return 'a fault'
    }
  }
  const ours = (text: string): unknown => {
    try {
      return result(text)
    } catch (error) {
      if (error instanceof Fault) return 'a fault'
      throw error
    }
  }
  fc.assert(
    fc.property(expressions, (text) => {
      expect(ours(text), text).toEqual(theirs(text))
    }),
    { numRuns: 500 },
  )
})

/** Whole numbers of the library as ours come out. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (Array.isArray(value)) return value.map(plain)
  return value
}

const { int, bool, text, list } = fc.letrec<{
  int: string
  bool: string
  text: string
  list: string
}>((tie) => {
  const pair = (left: fc.Arbitrary<string>, operators: readonly string[], right = left) =>
    fc
      .tuple(left, fc.constantFrom(...operators), right)
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`)
  const choice = (of: fc.Arbitrary<string>) =>
    fc.tuple(tie('bool'), of, of).map(([when, a, b]) => `(${when} ? ${a} : ${b})`)
  return {
    int: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer({ min: 0, max: 20 }).map(String),
      pair(tie('int'), ['+', '-', '*', '/', '%']),
      choice(tie('int')),
      tie('int').map((a) => `-(${a})`),
      tie('text').map((a) => `size(${a})`),
      tie('list').map((a) => `${a}.size()`),
    ),
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('true', 'false'),
      pair(tie('bool'), ['&&', '||', '==', '!=']),
      pair(tie('int'), ['<', '<=', '>', '>=', '==', '!=']),
      pair(tie('text'), ['<', '==', '!=']),
      pair(tie('int'), ['in'], tie('list')),
      tie('bool').map((a) => `!${a}`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a}.contains(${b})`),
      fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.exists(x, x / ${b} == 1)`),
      fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.all(x, x % ${b} == 0)`),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('""', '"a"', "'b c'", 'r"\\n"', '"\\n"'),
      pair(tie('text'), ['+']),
      choice(tie('text')),
      tie('int').map((a) => `string(${a})`),
    ),
    list: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.array(tie('int'), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      pair(tie('list'), ['+']),
      fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.map(x, x + ${b})`),
      fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.filter(x, x < ${b})`),
    ),
  }
})

const expressions = fc.oneof(int, bool, text, list)

import { parse } from '@cdktf/hcl2json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type HclBody,
  HclFault,
  isBalancedExpression,
  scanHcl,
  stringLiterals,
  unquote,
} from './hcl-scan.ts'

/** Names of attributes and blocks, as both parsers can tell them. */
interface Outline {
  readonly attributes: readonly string[]
  readonly blocks: readonly { readonly path: readonly string[]; readonly inner: Outline }[]
}

function outlineOf(body: HclBody): Outline {
  return {
    attributes: [...body.attributes.keys()].sort(),
    blocks: body.blocks
      .map((block) => ({ path: [block.type, ...block.labels], inner: outlineOf(block.body) }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }
}

/** hcl2json makes `{type: {label: [{…}]}}` of blocks; which keys are blocks, our scan says. */
function outlineOfOracle(json: Readonly<Record<string, unknown>>, ours: HclBody): Outline {
  const types = new Map(ours.blocks.map((block) => [block.type, block.labels.length]))
  const blocks: { path: readonly string[]; inner: Outline }[] = []
  for (const [type, depth] of types) {
    for (const [labels, value] of labelled(json[type], depth)) {
      const list = Array.isArray(value) ? value : [value]
      list.forEach((inner, index) => {
        const same = ours.blocks.filter(
          (block) => block.type === type && block.labels.join('\0') === labels.join('\0'),
        )
        const body = same[index]?.body ?? { attributes: new Map(), blocks: [] }
        blocks.push({ path: [type, ...labels], inner: outlineOfOracle(inner, body) })
      })
    }
  }
  return {
    attributes: Object.keys(json)
      .filter((key) => !types.has(key))
      .sort(),
    blocks: blocks.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }
}

function labelled(value: unknown, depth: number): [readonly string[], unknown][] {
  if (depth === 0) return [[[], value]]
  return Object.entries(value ?? {}).flatMap(([label, inner]) =>
    labelled(inner, depth - 1).map(([labels, body]): [readonly string[], unknown] => [
      [label, ...labels],
      body,
    ]),
  )
}

async function agree(text: string): Promise<void> {
  let oracle: Readonly<Record<string, unknown>>
  try {
    oracle = await parse('main.tf', text)
  } catch {
    return // Not HCL: the tool will say so, and nothing is asked of the scanner.
  }
  const ours = scanHcl(text)
  expect(outlineOf(ours), text).toEqual(outlineOfOracle(oracle, ours))
}

const name = fc.constantFrom('a', 'b_c', 'd-e', 'é1', 'count', 'for_each', 'backend')
const space = fc.constantFrom('', ' ', '\t', ' /* } */ ')
const lineEnd = fc.constantFrom('\n', ' # "x {\n', ' // }\n', '\r\n', '\n\n  # "\n')
const literal = fc.constantFrom(
  'a',
  '}',
  '{',
  '#',
  '//',
  '\\"',
  '\\\\',
  '$${',
  '%%{',
  '$',
  '%',
  "'",
  'é',
  '/*',
  '<<EOT',
)

const { expression } = fc.letrec<{ expression: string; template: string; inner: string }>(
  (tie) => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        '1',
        'true',
        'null',
        'var.x',
        'a.b[0].c',
        '-1.5e3',
        '!x',
        'a >= b',
        'f(x...)',
      ),
      tie('template'),
      fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(tie('expression'), { maxLength: 3 })
        .map((items) => `[\n${items.map((item) => `${item}, # ]\n`).join('')}]`),
      fc
        .array(fc.tuple(name, tie('expression')), { maxLength: 3 })
        .map(
          (entries) =>
            `{\n${entries.map(([key, value], index) => `${key}${index} = ${value}\n`).join('')}}`,
        ),
      tie('expression').map((value) => `(\n${value}\n)`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `x ? ${a} : ${b}`),
      tie('inner').map((body) => `<<EOT\n${body}\nEOT\n`),
      tie('inner').map((body) => `<<-E_1\n    ${body}\n  E_1\n`),
      tie('expression').map((value) => `[for k, v in ${value} : k => v]`.replace('=> v', '')),
    ),
    template: tie('inner').map((body) => `"${body.replaceAll('\n', ' ')}"`),
    inner: fc
      .array(
        fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          literal,
          tie('expression').map((value) => `\${ ${value} }`),
          tie('template').map((value) => `%{ if x == ${value} }y%{ endif }`),
        ),
        { maxLength: 4 },
      )
      .map((parts) => parts.join('')),
  }),
)

const { body } = fc.letrec<{ body: string }>((tie) => ({
  body: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.tuple(name, space, expression, lineEnd).map(
          ([key, gap, value, end]) =>
            (index: number) =>
              `x${index}_${key}${gap}=${gap}${value}${value.endsWith('\n') ? '' : end}`,
        ),
        fc
          .tuple(
            name,
            fc.array(fc.constantFrom('"l"', 'm', '"with space"', '"a\\"b"'), { maxLength: 2 }),
            tie('body'),
            lineEnd,
          )
          .map(
            ([type, labels, inner, end]) =>
              (index: number) =>
                `b${index}_${type} ${labels.join(' ')} {\n${inner}}${end}`,
          ),
      ),
      { maxLength: 4 },
    )
    .map((items) => items.map((item, index) => item(index)).join('')),
}))

describe('the scanner', () => {
  test('sees the same structure as a real HCL parser', async () => {
    await fc.assert(
      fc.asyncProperty(body, (text) => agree(text)),
      { numRuns: 400 },
    )
  })

  test('is given text that the real parser mostly accepts', async () => {
    const accepted = await Promise.all(
      fc.sample(body, 200).map((text) =>
        parse('main.tf', text).then(
          () => 1,
          () => 0,
        ),
      ),
    )
    expect(accepted.reduce((sum: number, one) => sum + one, 0)).toBeGreaterThan(100)
  })

  test.each([
    'terraform {\n  backend "s3" {}\n  cloud {\n    workspaces { tags = ["a"] }\n  }\n}',
    'a = "${"${"}"}"}" # "\nb {}\n',
    'a = <<EOT\n  EOT x\n${ join(",", [<<E\n}\nE\n]) }\nEOT\nb = 1',
    'variable "x" { type = object({ a = optional(string, "}") }) }',
    'a = {\n  b : 1, c = 2\n  (d) = 3\n}\n',
    'locals {\n  x = [for s in y : s if s != ""]\n  z = y[*].id\n}',
    'resource "a" "b" {\n  lifecycle {\n    ignore_changes = [tags["x"]]\n  }\n}\r\n',
    '\uFEFFa = 1\n',
    'a = b /* } \n */ + c\nd = 1',
    'a = "%{ for x in y ~}\\n${x}%{ endfor ~}"',
    'a = 1 / 2\nb = c < d ? 1 : 2\nc = x <<-1\n',
  ])('reads %j like a real parser', (text) => agree(text))

  test('refuses what is cut off, without quoting it', () => {
    for (const text of [
      'a {',
      'a = "secret',
      'a = [1',
      'a = <<E\nsecret',
      'a = /* secret',
      'a = ]',
      '= 1',
    ]) {
      expect(() => scanHcl(text)).toThrow(HclFault)
      expect(() => scanHcl(text)).not.toThrow(/secret/)
    }
  })

  test('ends for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          scanHcl(text)
        } catch (error) {
          expect(error).toBeInstanceOf(HclFault)
        }
      }),
    )
  })
})

test('a string is unquoted as HCL does, unless it has interpolations', () => {
  expect(unquote('"a\\n\\"b\\" \\u00e9 $${x} %%{y}"')).toBe('a\n"b" é ${x} %{y}')
  expect(unquote('"a${b}"')).toBeUndefined()
  expect(unquote('a.b')).toBeUndefined()
  expect(stringLiterals('{ a = "one", b = ["two", "x${y}"] }')).toEqual(['one', 'two'])
})

test('an expression is balanced only when it cannot end the brackets around it', () => {
  for (const good of ['1', '["a", "b"]', '{ a = 1 }', '"x) y"', '[1, # )\n2]', '<<E\n)\nE\n']) {
    expect(isBalancedExpression(good), good).toBe(true)
  }
  for (const bad of ['', ')', '1)\nx = (2', '"open', '[1', '/* open', '<<E\nopen']) {
    expect(isBalancedExpression(bad), bad).toBe(false)
  }
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DiffLine, nodeLines, plainLines } from './diff-lines.ts'
import { type DiffNode, isSame, mask, type Shown } from './diff-node.ts'
import { parseExactJson } from './exact-json.ts'
import { isObject } from './value.ts'
import { diffValues } from './value-diff.ts'

const plain = {
  unknown: undefined,
  sensitiveBefore: undefined,
  sensitiveAfter: undefined,
  forcing: [],
}

function diff(before: unknown, after: unknown, more: object = {}): DiffNode {
  return diffValues({ ...plain, before, after, ...more })
}

function text(node: DiffNode): string {
  return plainLines(nodeLines(node, { depth: 0, lead: [], tail: '' }))
}

/** Every line, also what is folded. */
function everything(lines: readonly DiffLine[]): string {
  return lines
    .flatMap((line) => [
      line.parts.map((part) => part.text).join(''),
      ...(line.folded ? [everything(line.folded)] : []),
    ])
    .join('\n')
}

const key = fc.oneof(fc.constantFrom('a', 'b', 'name', 'tags', '__proto__'), fc.string())
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.constantFrom('', 'x', 'a\nb', 'a\nb\n', 'a\nc\nb', '{"a":1}', '{"a": 1}', '[1,2]', '[2,1]'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
})).value

/** Members that are null are not there. */
function normal(it: unknown): unknown {
  if (Array.isArray(it)) return it.map((item) => (item === null ? null : normal(item)))
  if (!isObject(it)) return it ?? undefined
  const members = Object.entries(it).flatMap(([name, one]) =>
    one === null || one === undefined ? [] : [[name, normal(one)] as const],
  )
  return Object.fromEntries(members)
}

const absent = Symbol('absent')

/** What one side was, read back from how the two differ. */
function sideOf(node: DiffNode, side: 'before' | 'after'): unknown {
  if (node.sign === (side === 'before' ? '+' : '-')) return absent
  switch (node.kind) {
    case 'leaf':
      return leafValue(node[side])
    case 'object':
      return Object.fromEntries(
        node.entries.flatMap(({ key: name, node: inner }) => {
          const it = sideOf(inner, side)
          return it === absent ? [] : [[name, it] as const]
        }),
      )
    case 'list':
      return node.items.map((item) => sideOf(item, side)).filter((item) => item !== absent)
    case 'json':
      return node
    case 'text':
      return node.lines
        .filter(({ sign }) => sign === ' ' || sign === (side === 'before' ? '-' : '+'))
        .map((line) => line.text)
        .join('\n')
    case 'hidden':
      return mask
  }
}

function leafValue(shown: Shown): unknown {
  if (shown.kind !== 'value') return absent
  return shown.value === null ? null : normal(shown.value)
}

/** The last line break is told apart, and JSON by what it means. */
function comparable(it: unknown): unknown {
  if (typeof it === 'string') {
    try {
      const parsed: unknown = JSON.parse(it)
      if (typeof parsed === 'object' && parsed !== null) return normal(parsed)
    } catch {
      // Not JSON: compared as a text.
    }
    return it.includes('\n') ? it.replace(/\n$/, '') : it
  }
  if (Array.isArray(it)) return it.map(comparable)
  if (!isObject(it)) return it
  if (it['kind'] === 'json' && 'node' in it) return it
  return Object.fromEntries(Object.entries(it).map(([name, one]) => [name, comparable(one)]))
}

function withJson(it: unknown, side: 'before' | 'after'): unknown {
  if (Array.isArray(it)) return it.map((item) => withJson(item, side))
  if (!isObject(it)) return it
  if (it['kind'] === 'json') return sideOf(it['node'] as DiffNode, side)
  return Object.fromEntries(Object.entries(it).map(([name, one]) => [name, withJson(one, side)]))
}

test('both sides can be read back from what differs', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const node = diff(before, after)
      for (const [side, original] of [
        ['before', before],
        ['after', after],
      ] as const) {
        const read = sideOf(node, side)
        const expected = normal(original)
        expect(read === absent ? undefined : comparable(withJson(read, side))).toEqual(
          comparable(expected),
        )
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is equal is the same, and everything of it can be unfolded', () => {
  fc.assert(
    fc.property(value, (it) => {
      const node = diff(it, structuredClone(it))
      expect(isSame(node)).toBe(true)
      expect(text(node)).not.toMatch(/^[+~-]/m)
    }),
  )
})

/** The value with a token in the place of every text, and marks for some of its parts. */
const marked = fc.tuple(value, fc.infiniteStream(fc.boolean())).map(([it, coins]) => {
  let tokens = 0
  const walk = (one: unknown): { value: unknown; marks: unknown } => {
    const isSecret = coins.next().value === true
    if (Array.isArray(one) && !isSecret) {
      const items = one.map(walk)
      return { value: items.map((item) => item.value), marks: items.map((item) => item.marks) }
    }
    if (isObject(one) && !isSecret) {
      const members = Object.keys(one).map((name) => [name, walk(one[name])] as const)
      const side = (part: 'value' | 'marks') =>
        Object.fromEntries(members.map(([name, item]) => [name, item[part]]))
      return { value: side('value'), marks: side('marks') }
    }
    tokens += 1
    return isSecret
      ? { value: { deep: [`secret-${tokens}`] }, marks: true }
      : { value: `open-${tokens}`, marks: false }
  }
  return walk(it)
})

test('nothing that either side marks as sensitive is in any line', () => {
  fc.assert(
    fc.property(marked, marked, fc.boolean(), fc.boolean(), (before, after, equal, unknown) => {
      const other = equal ? before : after
      const node = diff(before.value, other.value, {
        unknown,
        sensitiveBefore: before.marks,
        sensitiveAfter: other.marks,
      })
      const lines = nodeLines(node, { depth: 0, lead: [], tail: '' })
      expect(everything(lines)).not.toContain('secret-')
    }),
  )
})

test('a value that is too deep to be walked is shown without what is marked in it', () => {
  const nested = (inner: unknown) =>
    Array.from({ length: 60 }).reduce((value: unknown) => ({ a: value }), inner)
  const sides = { sensitiveBefore: nested({ closed: true }) }
  for (const unknown of [undefined, nested(true)]) {
    const node = diff(nested({ open: 'x', closed: 'the-secret' }), undefined, { ...sides, unknown })
    const lines = nodeLines(node, { depth: 0, lead: [], tail: '' })
    expect(everything(lines)).not.toContain('the-secret')
  }
})

test('a mark of one side hides the other side too', () => {
  const node = diff({ a: 'old-secret' }, { a: 'new-secret' }, { sensitiveAfter: { a: true } })
  expect(text(node)).toBe('~ {\n    ~ a = (sensitive value) → (sensitive value)\n  }')
})

test('a value that comes masked on both sides is shown, because it may change', () => {
  const node = diff({ a: mask, b: 1 }, { a: mask, b: 1 })
  expect(text(node)).toContain('a = (sensitive value) # whether it changes is not shown')
})

test('parts that are known after apply', () => {
  const node = diff(
    { id: 'i-1', list: [1], gone: { a: 1 } },
    { list: [1, null], nested: {} },
    { unknown: { id: true, list: [false, true], nested: { deep: true }, gone: true } },
  )
  expect(text(node)).toBe(`~ {
    ~ gone   = {
        - a = 1
      } → (known after apply)
    ~ id     = "i-1" → (known after apply)
    ~ list   = [
          1,
        + (known after apply),
      ]
    + nested = {
        + deep = (known after apply)
      }
  }`)
})

test('what forces a replacement says so where it stands', () => {
  const node = diff(
    { name: 'a', disk: [{ size: 1 }] },
    { name: 'b', disk: [{ size: 2 }] },
    { forcing: [['name'], ['disk', 0, 'size']] },
  )
  expect(text(node)).toBe(`~ {
    ~ disk = [
        ~ {
            ~ size = 1 → 2 # forces replacement
          },
      ]
    ~ name = "a" → "b" # forces replacement
  }`)
})

test('an element in the middle of a list goes: its neighbours stay', () => {
  expect(text(diff(['a', 'b', 'c', 'd'], ['a', 'c', 'd']))).toBe(`~ [
      "a",
    - "b",
      "c",
      "d",
  ]`)
})

test('lines of a text that change, with those around them', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const after = lines.with(10, 'another').join('\n')
  expect(text(diff(lines.join('\n'), `${after}\n`))).toBe(`~ <<-EOT
      # (7 unchanged lines hidden)
      line 7
      line 8
      line 9
    - line 10
    + another
      line 11
      line 12
      line 13
      # (6 unchanged lines hidden)
    + # a line break at the end
  EOT`)
})

test('JSON in a text is compared as what it means', () => {
  const before = '{"Statement":[{"Action":["a"],"Effect":"Allow"}]}'
  const after = '{"Statement":[{"Effect":"Allow","Action":["a","b"]}]}'
  expect(text(diff(before, after))).toBe(`~ jsonencode(
    ~ {
        ~ Statement = [
            ~ {
                ~ Action = [
                      "a",
                    + "b",
                  ]
                  # (1 unchanged attribute hidden)
              },
          ]
      }
  )`)
  expect(text(diff('{"a":1}', '{ "a": 1 }'))).toContain('only its formatting changes')
})

test('long numbers keep their digits, also in JSON in a text', () => {
  const sides = parseExactJson(
    '[123456789012345678901, 123456789012345678902, "{\\"n\\":123456789012345678901}", "{\\"n\\":123456789012345678902}"]',
  ) as unknown[]
  expect(text(diff(sides[0], sides[1]))).toBe('~ 123456789012345678901 → 123456789012345678902')
  expect(text(diff(sides[2], sides[3]))).toContain(
    'n = 123456789012345678901 → 123456789012345678902',
  )
})

test('of long texts, what differs is seen', () => {
  const long = 'x'.repeat(5000)
  const shown = text(diff(`${long}A${long}`, `${long}B${long}`))
  expect(shown).toMatch(/xA.*→.*xB/)
  expect(shown.length).toBeLessThan(1000)
})

test('characters that would deceive are shown', () => {
  const shown = text(diff('a', 'a\u202eb\u001b[31m\u0000'))
  expect(shown).toBe('~ "a" → "a\\u202eb\\u001b[31m\\u0000"')
  expect(text(diff({}, { 'k\u202e': 1 }))).toContain('"k\\u202e" = 1')
})

import fc from 'fast-check'
import { marked, type Token } from 'marked'
import { describe, expect, test } from 'vitest'
import { bytesOf, code, cut, fence, htmlCode, link, sentence, visible } from './harmless.ts'

/** What hosts make of markdown: elements, and the text outside and inside of code. */
function rendered(markdown: string) {
  const html = marked.parse(markdown, { gfm: true, async: false })
  const outside = html.replace(/<!--.*?-->/gs, '').replace(/<code[^>]*>.*?<\/code>/gs, '<code>')
  return {
    elements: [...new Set([...html.matchAll(/<([a-z]+\d?)/g)].map(([, name]) => name))].sort(),
    text: textOf(html),
    outside: textOf(outside),
  }
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' }

function textOf(html: string): string {
  return html
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, number: string | undefined, name: string) =>
      number === undefined ? (named[name] ?? '?') : String.fromCodePoint(Number(number)),
    )
}

const oneLine = (text: string) => visible(text).replace(/\s+/g, ' ').trim()
const squeezed = (text: string) => text.replace(/[\s`]+/g, '')

// What GitHub, GitLab and Gitea look for in text.
const meaningful =
  /@\w|\w@|#\w|\bGH-\d|[A-Z]+-\d|[!$%&~]\w|\/\w|www\.|:\/\/|:\w+:|\b[0-9a-f]{7,40}\b|\[\[|\[ ?[x ]?\]|<|\*|_|~~|\{/i

const pieces = fc.constantFrom(
  ...[
    '@',
    'octocat',
    'acme/sre',
    '#12',
    'GH-12',
    'acme/infra#1',
    '!12',
    '$12',
    '%12',
    '~bug',
    '&12',
  ],
  ...[
    '1f2a3b4c5d6e7f',
    '/merge',
    '/approve',
    '\n',
    '\n\n',
    '\r',
    ' ',
    '  ',
    '\t',
    '|',
    '\\',
    '\\|',
  ],
  ...['`', '``', '```', '````', '~~~', '\n```\n', '\n````\n', '<', '>', '</code>', '</details>'],
  ...['<img src=x onerror=y>', '<script>', '<!--', '-->', '<a href=//x>', '&lt;', '&#64;', '&amp;'],
  ...['![a](b)', '[a](b)', '[a]: b', '[^1]', 'https://e.example', 'www.e.example', 'a@e.example'],
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '- ',
    '1. ',
    '# ',
    '> ',
    '---',
    '===',
    '+',
    ':smile:',
    '[x]',
    '{+',
  ],
  ...[
    '\u0000',
    '\u001b[31m',
    '\u001b]8;;http://x\u0007',
    '\u202e',
    '\u200b',
    '\u2066',
    '\u2028',
    '\ud800',
  ],
  ...[
    'the',
    'plan',
    'was',
    'made,',
    "it's",
    '(so)',
    'is:',
    'Größe',
    '数据',
    '👩‍🚀',
    'xn--a',
    '12.',
  ],
)
const hostile = fc
  .array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 12,
  })
  .map((all) => all.join(''))

const manyRuns = { numRuns: 1000 }

describe('whatever the text is', () => {
  test('a sentence holds nothing but itself, and what may mean something is code', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { elements, text: shown, outside } = rendered(sentence(text))
        expect(elements.filter((name) => name !== 'p' && name !== 'code')).toEqual([])
        expect(squeezed(shown)).toBe(squeezed(oneLine(text)))
        expect(outside).not.toMatch(meaningful)
      }),
      manyRuns,
    )
  })

  test('a name is code and nothing else', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { elements, text: shown, outside } = rendered(`x ${code(text)} x`)
        expect(elements.filter((name) => name !== 'p' && name !== 'code')).toEqual([])
        expect(oneLine(shown)).toBe(oneLine(`x ${oneLine(text)} x`))
        expect(outside.trim()).toMatch(/^x *x$/)
      }),
      manyRuns,
    )
  })

  test('it stays in its cell of a table', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const [table] = marked.lexer(
          `| a | b | c |\n|-|-|-|\n| ${code(one)} | ${sentence(other)} | end |`,
        )
        expect(table?.type).toBe('table')
        const [row] = rowsOf(table)
        expect(row).toHaveLength(3)
        expect(textOf(marked.parseInline(row?.[0] ?? '', { async: false }))).toBe(oneLine(one))
        expect(row?.[2]).toBe('end')
      }),
      manyRuns,
    )
  })

  test('a fence ends where we end it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = marked.lexer(`before\n\n${fence(text, 'diff')}\n\nafter`)
        expect(tokens.map(({ type }) => type).filter((type) => type !== 'space')).toEqual([
          'paragraph',
          'code',
          'paragraph',
        ])
        const lines = (all: string) => all.replace(/^[ \t]*\//gm, '/').trimEnd()
        const shown = tokens.flatMap((token) =>
          token.type === 'code' ? [String(token['text'])] : [],
        )
        expect(lines(shown.join(''))).toBe(lines(visible(text)))
      }),
      manyRuns,
    )
  })

  test('a summary is code and nothing else', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const html = htmlCode(text)
        expect(html.replaceAll('<!-- -->', '')).toMatch(/^(?:<code>[^<>`@|*_[\]\n]*<\/code>)?$/)
        expect(textOf(html)).toBe(oneLine(text))
      }),
      manyRuns,
    )
  })

  test('a link leads to its address and nowhere else', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, path) => {
        const url = `https://portolan.example/${path}`
        const tokens = marked.lexer(`see ${link(`x ${text}`, url)} there`)
        const paragraph = tokens[0]
        const links = inlineOf(paragraph).filter(({ type }) => type === 'link')
        expect(tokens).toHaveLength(1)
        expect(links).toHaveLength(1)
        expect(String(links.map((each) => ('href' in each ? each.href : '')))).toMatch(
          /^https:\/\/portolan\.example\/[^\s()<>|\\]*$/,
        )
        expect(inlineOf(paragraph).map(({ type }) => type)).toEqual(['text', 'link', 'text'])
      }),
      manyRuns,
    )
  })

  test('no line of it begins with a slash: GitLab would do what it says', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const all = [sentence(text), code(text), htmlCode(text), fence(text), link(text, 'x')]
        expect(all.join('\n')).not.toMatch(/^\//m)
      }),
      manyRuns,
    )
  })

  test('nothing unseen is left of it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const all = [sentence(text), code(text), htmlCode(text), fence(text)]
        expect(all.join('\n')).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
      manyRuns,
    )
  })

  test('what is cut off is cut between letters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 3, max: 60 }),
        (text, bytes) => {
          const short = cut(text, bytes)
          expect(bytesOf(short)).toBeLessThanOrEqual(bytes)
          expect(short === text || text.startsWith(short.slice(0, -1))).toBe(true)
          expect(short).not.toMatch(/\p{Cs}/u)
        },
      ),
    )
  })
})

describe('how it looks', () => {
  test.each([
    ['nobody approved this plan', 'nobody approved this plan'],
    [
      'replaces 1 database because `name` changed; 14 dependents',
      'replaces 1 database because `name` changed; 14 dependents',
    ],
    ['ask @octocat or @acme/sre about #12', 'ask `@octocat` or `@acme/sre` about `#12`'],
    ['of #12. Or GH-12?', 'of `#12`. Or `GH-12`?'],
    ['of 1f2a3b4 and GH-12', 'of `1f2a3b4` and `GH-12`'],
    ['see https://e.example/x now', 'see `https://e.example/x` now'],
    ['/merge now', '`/merge` now'],
    ['<b> & </b>', '`<b>` & `</b>`'],
    ['1. is no list', '1&#46; is no list'],
    ['` ` 1. is none either', '1&#46; is none either'],
    ['a|b', '<code>a&#124;b</code>'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['', ''],
  ])('%j', (text, shown) => {
    expect(sentence(text)).toBe(shown)
  })

  test('a fence is longer than what it holds', () => {
    expect(fence('+ a\n````\n/merge', 'diff')).toBe('`````diff\n+ a\n````\n /merge\n`````')
  })

  test('what leads out of the web is no link', () => {
    expect(link('a plan', 'javascript:alert(1)')).toBe('a plan')
    expect(link('a plan', '/changes/7')).toBe('a plan')
  })
})

test('megabytes are read once', () => {
  for (const piece of ['`', '``` ', '\u001b[', '\u001b]', '@', '/', '\n/', '<', 'a ', '\\', '\n']) {
    const text = piece.repeat(100_000)
    for (const make of [sentence, code, htmlCode, fence, visible]) make(`\`a${text}a`)
  }
})

function rowsOf(token: Token | undefined): string[][] {
  const rows: unknown = token !== undefined && 'rows' in token ? token.rows : []
  // What marked's lexer answers for a table.
  return (rows as { readonly text: string }[][]).map((row) => row.map(({ text }) => text))
}

function inlineOf(token: Token | undefined): readonly Token[] {
  return token !== undefined && 'tokens' in token ? (token.tokens ?? []) : []
}

test('what stands around many backticks is not longer than they are', () => {
  const many = '`'.repeat(5000)
  expect(fence(many)).toBe(`${'`'.repeat(17)}\n${'`'.repeat(16)}…\n${'`'.repeat(17)}`)
  expect(code(many).length).toBeLessThan(60)
  expect(visible('`'.repeat(16))).toBe('`'.repeat(16))
})

import fc from 'fast-check'
import { marked } from 'marked'
import { expect, test } from 'vitest'
import { aSummary, aView, aWorkspace, commentFacts } from '../../../test/support/comment-facts.ts'
import { bytesOf } from './harmless.ts'
import { renderComment } from './render.ts'
import { renderStatuses } from './status.ts'

const pieces = fc.constantFrom(
  ...['@octocat', '#12', '/merge', '\n/approve\n', '\n', '|', '\\', '`', '```', '\n````\n', '~~~'],
  ...['</details>', '<details>', '</summary>', '<!--', '-->', '<img src=x>', '![a](b)', '[a](b)'],
  ...[
    'https://e.example',
    '\u001b[31m',
    '\u202e',
    '\u0000',
    '\ud800',
    'a plan',
    'db@dev',
    '  # x will be destroyed\n',
  ],
  ...['\n- ', '\n+ ', 'x'.repeat(300), '@|'.repeat(200)],
)
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 8,
  })
  .map((all) => all.join(''))
const result = fc.constantFrom(
  ...([
    'pending',
    'planning',
    'planned',
    'provisional',
    'deferred',
    'applying',
    'applied',
  ] as const),
  ...(['unchanged', 'failed', 'blocked', 'skipped', 'cancelled', 'unknown'] as const),
)
const workspace = fc
  .record({
    name: text,
    result,
    because: text,
    risk: text,
    run: fc.integer({ min: 1, max: 99 }),
    ends: fc.boolean(),
  })
  .map(({ name, result: how, because, risk, run, ends }) =>
    aWorkspace(`${name}@${name}`, how, {
      because,
      run,
      summary: aSummary({ create: 1, delete: Number(ends), risk, severity: 'high' }),
    }),
  )
const facts = fc
  .record({
    nodes: fc.array(workspace, { maxLength: 6 }),
    output: text,
    times: fc.constantFrom(0, 1, 20, 2000),
    sentences: fc.array(text, { maxLength: 6 }),
    problem: fc.option(text, { nil: undefined }),
    place: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ nodes, output, times, sentences, problem, place }) =>
    commentFacts(aView(nodes), {
      outputs: new Map(nodes.map(({ name }) => [name, output.repeat(times)])),
      requirements: new Map(
        nodes.map(({ name }) => [
          name,
          sentences.map((sentence) => ({ name: 'gate', met: false, sentence })),
        ]),
      ),
      approvals: new Map(nodes.map(({ name }) => [name, sentences])),
      reservations: nodes.map(({ name }) => ({ workspace: name, holder: 9, place })),
      commands: sentences.map((each) => ({
        author: each,
        command: each,
        status: 'done',
        answer: each,
      })),
      notes: sentences,
      waits: nodes.map(({ environment }) => ({ environment, to: 'approve' })),
      pullRequest: { problem, problemPlaces: sentences, problemNext: output, baseBranch: output },
    }),
  )

const own = ['a', 'code', 'details', 'li', 'p', 'pre', 'strong', 'sub', 'summary', 'table', 'tbody']
const allowed = new Set([...own, 'td', 'th', 'thead', 'tr', 'ul'])

/** What must hold of every comment, whatever it was made of. */
function check(comment: string, limit: number): void {
  expect(bytesOf(comment)).toBeLessThanOrEqual(limit)
  expect(comment).toMatch(/^<!-- portolan -->\n\*\*.+\*\*/)
  expect(comment).not.toMatch(/^\//m)
  expect(comment).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}\p{Cs}]/u)

  const html = marked.parse(comment, { gfm: true, async: false })
  const elements = [...html.matchAll(/<([a-z]+\d?)/g)].map(([, name]) => name ?? '')
  expect(elements.filter((name) => !allowed.has(name))).toEqual([])
  const count = (what: string) => html.split(what).length - 1
  expect(count('<details>')).toBe(count('</details>'))
  expect(count('<details>')).toBe(count('<summary>'))
  // Each fold and its fence were closed where we close them.
  expect(count('<pre>')).toBe(count('<details>'))
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url ?? '')
  expect(links.filter((url) => !url.startsWith('https://portolan.example/'))).toEqual([])
  const outside = html.replace(/<!--.*?-->/gs, '').replace(/<code[^>]*>.*?<\/code>/gs, '')
  expect(outside).not.toMatch(/@octocat|&#64;octocat|#12\b|&#35;12|e\.example|\/merge/)
}

test('whatever it is made of, it fits, is balanced, and does nothing to anybody', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom(4000, 9000, 60_000), (given, whole) => {
      check(renderComment(given, { whole, details: 20_000, allDetails: 50_000 }), whole)
    }),
    { numRuns: 400 },
  )
})

test('so are the statuses', () => {
  fc.assert(
    fc.property(facts, (given) => {
      for (const { context, description } of renderStatuses(given)) {
        expect(bytesOf(description)).toBeLessThanOrEqual(140)
        expect(context + description).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }
    }),
  )
})

test('fifty components of which each said five megabytes', () => {
  const big = aSummary({ create: 1, delete: 1, severity: 'high', risk: 'deletes 1 database' })
  const small = aSummary({ create: 1 })
  const nodes = Array.from({ length: 50 }, (_, at) =>
    aWorkspace(`component-${at}@dev`, at === 20 ? 'failed' : 'planned', {
      run: at + 1,
      summary: at === 49 ? big : small,
    }),
  )
  const line = '  # aws_s3_bucket.b["x"] will be created\n  + resource "aws_s3_bucket" "b" {}\n'
  const output = line.repeat(5_000_000 / line.length)
  const ending = `${output}  # aws_db_instance.main will be destroyed\n`
  const given = commentFacts(aView(nodes), {
    outputs: new Map(
      nodes.map(({ name }, at) => [name, at === 49 ? ending.slice(-1_900_000) : output]),
    ),
  })
  const comment = renderComment(given)
  check(comment, 60_000)
  const folds = [...comment.matchAll(/<summary><code>component&#45;(\d+)/g)].map(([, at]) => at)
  expect(folds.slice(0, 2)).toEqual(['49', '20'])
  expect(comment).toContain('```diff\n  # aws_db_instance.main will be destroyed')
  expect(comment).toMatch(
    /\d+ more lines: \[the whole plan\]\(https:\/\/portolan\.example\/runs\/50\)/,
  )
  expect(comment).toContain('| `component-49` |')
  expect(comment).toContain('[All plans](https://portolan.example/changes/7)')
  expect(renderComment(given)).toBe(comment)
})

import fc from 'fast-check'
import type { ChangeEvent, Result } from '../../src/changes/index.ts'
import { START, summaryOf } from './change-events.ts'

const results: readonly Result[] = [
  'pending',
  'planning',
  'planned',
  'provisional',
  'deferred',
  'applying',
  'applied',
  'unchanged',
  'failed',
  'blocked',
  'skipped',
  'cancelled',
  'unknown',
]

/** What a program may say to do harm, or to be too wide. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\u001b[2J\u001b[H',
    '\u001b]0;title\u0007\n',
    '::set-output name=a::b\n',
    '##[error]no\n',
    '日本語のログ'.repeat(20),
    '👩‍👩‍👧‍👧 flag 🇩🇪\r10%\r20%',
    'Error: broken\n  with a.b[0],\n',
    '\u202Egnirts',
    '',
  ),
  fc.string({ maxLength: 300 }),
)

const reason = fc.option(hostile, { nil: undefined })

interface Graph {
  readonly names: readonly string[]
  readonly event: ChangeEvent
}

const head = { at: new Date(START), change: 7 }

/** A graph of some workspaces, in dependency order; now and then of names that nobody would permit. */
const graphs: fc.Arbitrary<Graph> = fc
  .record({
    count: fc.integer({ min: 0, max: 24 }),
    environments: fc.uniqueArray(fc.oneof(fc.constantFrom('dev', 'staging', 'prod'), hostile), {
      minLength: 1,
      maxLength: 4,
    }),
    seeds: fc.array(
      fc.record({
        name: fc.oneof(fc.constant(''), hostile),
        environment: fc.nat(3),
        needs: fc.array(fc.nat(1000), { maxLength: 3 }),
        expected: fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined }),
      }),
      { minLength: 24, maxLength: 24 },
    ),
    concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    isOrdered: fc.boolean(),
  })
  .map(({ count, environments, seeds, concurrency, isOrdered }) => {
    const used = seeds.slice(0, count)
    // As environments follow one another, an earlier one never needs something of a later one.
    const placed = used
      .map((seed, at) => ({ ...seed, at, place: seed.environment % environments.length }))
      .sort((a, b) => a.place - b.place || a.at - b.at)
    const names = placed.map(({ name, at, place }) => `c${at}${name}@${environments[place]}`)
    return {
      names,
      event: {
        ...head,
        event: 'graph',
        operation: isOrdered ? 'apply' : 'destroy',
        environments: environments.map((name, order) => ({
          name,
          order,
          after: isOrdered ? environments[order - 1] : undefined,
          auto: false,
          apply: 'before-merge',
          concurrency,
          gate: undefined,
        })),
        workspaces: names.map((workspace, at) => ({
          workspace,
          kind: 'terraform',
          needs:
            at === 0 ? [] : (placed[at]?.needs ?? []).flatMap((need) => names[need % at] ?? []),
          reasons: [],
          expected: { plan: placed[at]?.expected, apply: placed[at]?.expected },
        })),
      },
    }
  })

function eventsOf({ names }: Graph): fc.Arbitrary<ChangeEvent[]> {
  const workspace = fc.constantFrom(...names, 'stranger@nowhere')
  const run = fc.nat(100)
  const moves = fc
    .record({
      workspace,
      result: fc.constantFrom(...results),
      because: reason,
      run: fc.option(run, { nil: undefined }),
      create: fc.option(fc.nat(20), { nil: undefined }),
    })
    .map(
      ({ create, ...fields }): ChangeEvent => ({
        ...head,
        event: 'workspace',
        ...fields,
        runStatus: undefined,
        summary: create === undefined ? undefined : summaryOf({ summary: { create } }),
      }),
    )
  const logs = fc
    .record({ workspace, run, phase: fc.constantFrom('plan', 'apply'), text: hostile })
    .map((fields): ChangeEvent => ({ ...head, event: 'log', ...fields }))
  const progress = fc
    .record({
      workspace,
      run,
      address: hostile,
      status: fc.constantFrom('started', 'done', 'failed'),
      action: hostile,
      seconds: fc.option(fc.nat(100), { nil: undefined }),
    })
    .map((fields): ChangeEvent => ({ ...head, event: 'progress', ...fields }))
  const notices = fc
    .record({ workspace: fc.option(workspace, { nil: undefined }), message: hostile })
    .map((fields): ChangeEvent => ({ ...head, event: 'notice', ...fields }))
  const waits = fc
    .record({
      environment: fc.oneof(fc.constantFrom('dev', 'prod'), hostile),
      workspaces: fc.subarray([...names]),
      because: hostile,
      next: hostile,
    })
    .map((fields): ChangeEvent => ({ ...head, event: 'waits', ...fields }))
  return fc
    .array(
      fc.tuple(
        fc.nat(100_000),
        fc.oneof(
          { weight: 5, arbitrary: moves },
          { weight: 4, arbitrary: logs },
          progress,
          notices,
          waits,
        ),
      ),
      { maxLength: 80 },
    )
    .map((all) => {
      let at = START
      return all.map(([step, event]) => {
        at += step
        return { ...event, at: new Date(at) }
      })
    })
}

/** Any events in any order, after the graph: more than a driver would ever tell. */
export const changeStreams: fc.Arbitrary<ChangeEvent[]> = graphs.chain((graph) =>
  eventsOf(graph).map((events) => [graph.event, ...events]),
)

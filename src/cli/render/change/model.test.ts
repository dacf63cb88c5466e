import { describe, expect, test } from 'vitest'
import { changeEvents, START, shop, stages } from '../../../../test/support/change-events.ts'
import type { ChangeEvent } from '../../../changes/index.ts'
import { type ChangeModel, nextPhase, spentMilliseconds, startModel } from './model.ts'
import { reduce } from './reduce.ts'
import { countsOf } from './stage.ts'

const events = changeEvents({
  phase: 'apply',
  components: shop,
  environments: stages,
  limit: 4,
  failures: new Map([['cache@staging', 'Error: quota exceeded\n']]),
  gated: ['prod'],
})
const start = startModel({ goal: 'apply', limit: 4 })
const modelAfter = (all: readonly ChangeEvent[], from = start) => all.reduce(reduce, from)
const node = (model: ChangeModel, name: string) => model.nodes[model.places.get(name) ?? -1]
const log = (text: string): ChangeEvent => ({
  at: new Date(START),
  change: 7,
  event: 'log',
  workspace: 'db@dev',
  run: 42,
  phase: 'apply',
  text,
})

describe('the model of a change', () => {
  test('is a new value for each event: the one before stays as it was', () => {
    const models = [start]
    for (const event of events) models.push(reduce(models.at(-1) ?? start, event))
    const frozen = models.map((model) => JSON.stringify(model.nodes))
    for (const [at, event] of events.entries()) reduce(models[at] ?? start, event)
    expect(models.map((model) => JSON.stringify(model.nodes))).toEqual(frozen)
    expect(start).toEqual(startModel({ goal: 'apply', limit: 4 }))
  })

  test('ends where the change ends', () => {
    const model = modelAfter(events)
    const counts = Object.fromEntries(countsOf(model.nodes.map((one) => one.result)))
    expect(counts).toEqual(model.end?.counts)
    expect(node(model, 'db@dev')).toMatchObject({ result: 'applied', took: { apply: 90 } })
    expect(node(model, 'cache@staging')).toMatchObject({
      result: 'failed',
      failure: ['Error: quota exceeded'],
      run: 49,
    })
    expect(node(model, 'api@staging')?.because).toBe('blocked by cache@staging')
    expect(node(model, 'api@prod')).toMatchObject({ result: 'planned', isHeld: true })
  })

  test('knows the environments in their order, and those that nobody announced', () => {
    const graph = events[0]
    if (graph?.event !== 'graph') throw new Error('the graph comes first')
    const orphan = {
      workspace: 'old@gone',
      kind: 'terraform',
      needs: [],
      reasons: [],
      expected: { plan: undefined, apply: undefined },
    } as const
    const model = reduce(start, {
      ...graph,
      environments: graph.environments.toReversed(),
      workspaces: [orphan, ...graph.workspaces],
    })
    expect(model.environments.map((one) => one.name)).toEqual(['dev', 'staging', 'prod', 'gone'])
    const destroyed = reduce(start, { ...graph, operation: 'destroy' })
    expect(destroyed.environments.map(({ name, after }) => ({ name, after }))).toEqual([
      { name: 'prod', after: undefined },
      { name: 'staging', after: undefined },
      { name: 'dev', after: undefined },
    ])
  })

  test('is about some environments only, when the phase is', () => {
    const model = modelAfter(
      events,
      startModel({ goal: 'apply', limit: 4, environments: ['staging'] }),
    )
    expect(model.nodes.map((one) => one.environment)).toEqual(Array(6).fill('staging'))
  })

  test('keeps of a long log the end, and forgets it when the phase is over', () => {
    const running = modelAfter(events.slice(0, 200))
    const said = modelAfter([log('a'.repeat(1_500_000)), log(`${'b'.repeat(700_000)}end`)], running)
    expect(node(said, 'db@dev')?.log).toHaveLength(1_000_000)
    expect(node(said, 'db@dev')?.log).toMatch(/end$/)
    expect(modelAfter(events).nodes.every((one) => one.log === '' && one.tail === '')).toBe(true)
  })

  test('takes what it knows along into the next phase', () => {
    const planned = modelAfter(
      changeEvents({ phase: 'plan', components: shop, environments: stages, limit: 4 }),
      startModel({ goal: 'plan', limit: 4 }),
    )
    const next = modelAfter(events.slice(0, 1), nextPhase(planned, { goal: 'apply', limit: 2 }))
    expect(node(next, 'db@dev')).toMatchObject({ result: 'planned', took: { plan: 5 } })
    expect(next).toMatchObject({ goal: 'apply', limit: 2, waits: [], startedAt: START })
  })

  test('goes on to the same goal without the time in which somebody was asked', () => {
    const asked = nextPhase(modelAfter(events), { goal: 'apply', limit: 4 })
    const again = events.map((event) => ({ ...event, at: new Date(event.at.getTime() + 900_000) }))
    const model = modelAfter(again, asked)
    expect(spentMilliseconds(model, model.lastAt ?? 0)).toBe(2 * 255_000)
    expect(node(asked, 'db@dev')).toMatchObject({ began: START + 20_000, ended: START + 110_000 })
  })

  test('passes over what it does not know', () => {
    const model = modelAfter(events)
    const stranger = { ...log('x'), workspace: 'nobody@nowhere' }
    expect(reduce(model, stranger)).toEqual({ ...model, lastAt: START })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSchedule, type Schedule, type Task, type TaskEnd } from './index.ts'

function aTask(id: string, needs: readonly string[] = [], seconds?: number): Task {
  return { id, needs, group: 'dev', seconds }
}

function aSchedule(tasks: readonly Task[], limit = 100, groupLimits: Record<string, number> = {}) {
  return createSchedule({ tasks, limit, groupLimits: new Map(Object.entries(groupLimits)) })
}

interface Plan {
  readonly tasks: readonly Task[]
  readonly limit: number
  readonly groupLimits: ReadonlyMap<string, number>
}

/** Up to 12 tasks in up to three groups; each needs some of those before it. */
const plans: fc.Arbitrary<Plan> = fc.nat(12).chain((count) =>
  fc.record({
    tasks: fc.tuple(
      ...Array.from({ length: count }, (_, at) =>
        fc.record({
          id: fc.constant(`t${String(at).padStart(2, '0')}`),
          needs: fc
            .uniqueArray(fc.nat(Math.max(at - 1, 0)), { maxLength: Math.min(at, 3) })
            .map((those) =>
              at === 0 ? [] : those.map((one) => `t${String(one).padStart(2, '0')}`),
            ),
          group: fc.constantFrom('dev', 'staging', 'prod'),
          seconds: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        }),
      ),
    ),
    limit: fc.integer({ min: 1, max: 4 }),
    groupLimits: fc
      .dictionary(fc.constantFrom('dev', 'staging', 'prod'), fc.integer({ min: 1, max: 3 }))
      .map((limits) => new Map(Object.entries(limits))),
  }),
)

const ends = fc.array(
  fc.record({
    which: fc.nat(),
    how: fc.constantFrom<TaskEnd>('ok', 'ok', 'ok', 'ok', 'failed', 'held'),
  }),
  { minLength: 12, maxLength: 12 },
)

interface Step {
  readonly started: readonly string[]
  readonly ended: ReadonlyMap<string, TaskEnd>
  readonly running: readonly string[]
  readonly blocked: ReadonlyMap<string, string>
}

/** Works a schedule off, one end after the other; what may start is started in between. */
function workOff(
  schedule: Schedule,
  choices: readonly { readonly which: number; readonly how: TaskEnd }[],
  look: (step: Step) => void,
): Step {
  const ended = new Map<string, TaskEnd>()
  for (const choice of [...choices, undefined]) {
    const started = schedule.next()
    const running = [...schedule.running].toSorted()
    const step = { started, ended, running, blocked: schedule.blocked }
    look(step)
    const id = choice && running[choice.which % Math.max(running.length, 1)]
    if (choice === undefined || id === undefined) return step
    schedule.end(id, choice.how)
    ended.set(id, choice.how)
  }
  throw new Error('there are fewer tasks than choices')
}

/** By the book: all that needs one of these, over any number of steps. */
function behind(tasks: readonly Task[], roots: ReadonlySet<string>): Set<string> {
  const all = new Set<string>()
  for (;;) {
    const more = tasks.filter(
      ({ id, needs }) => !all.has(id) && needs.some((need) => roots.has(need) || all.has(need)),
    )
    if (more.length === 0) return all
    for (const { id } of more) all.add(id)
  }
}

function mayStart({ tasks }: Plan, { ended, running }: Step): Task[] {
  return tasks.filter(
    ({ id, needs }) =>
      !ended.has(id) && !running.includes(id) && needs.every((need) => ended.get(need) === 'ok'),
  )
}

describe('a schedule', () => {
  test('starts nothing before all that it needs has ended well', () => {
    fc.assert(
      fc.property(plans, ends, (plan, choices) => {
        const byId = new Map(plan.tasks.map((task) => [task.id, task]))
        workOff(createSchedule(plan), choices, ({ started, ended }) => {
          for (const id of started) {
            for (const need of byId.get(id)?.needs ?? []) expect(ended.get(need)).toBe('ok')
          }
        })
      }),
    )
  })

  test('never exceeds a limit, and never idles while something could start', () => {
    fc.assert(
      fc.property(plans, ends, (plan, choices) => {
        const groupOf = new Map(plan.tasks.map(({ id, group }) => [id, group]))
        workOff(createSchedule(plan), choices, (step) => {
          const inGroup = (group: string) =>
            step.running.filter((id) => groupOf.get(id) === group).length
          const room = (group: string) => (plan.groupLimits.get(group) ?? 99) - inGroup(group)
          expect(step.running.length).toBeLessThanOrEqual(plan.limit)
          for (const group of groupOf.values()) expect(room(group)).toBeGreaterThanOrEqual(0)
          if (step.running.length === plan.limit) return
          expect(mayStart(plan, step).filter(({ group }) => room(group) > 0)).toEqual([])
        })
      }),
    )
  })

  test('blocks exactly what needs a failed task, and names that; what waits for a person blocks nothing', () => {
    fc.assert(
      fc.property(plans, ends, (plan, choices) => {
        workOff(createSchedule(plan), choices, ({ ended, blocked }) => {
          const failed = new Set([...ended].filter(([, how]) => how === 'failed').map(([id]) => id))
          expect(new Set(blocked.keys())).toEqual(behind(plan.tasks, failed))
          for (const [id, because] of blocked) {
            expect(failed).toContain(because)
            expect(behind(plan.tasks, new Set([because]))).toContain(id)
          }
        })
      }),
    )
  })

  test('comes to an end: what never started is behind a failure or behind what is held', () => {
    fc.assert(
      fc.property(plans, ends, (plan, choices) => {
        const { ended } = workOff(createSchedule(plan), choices, () => undefined)
        const stopped = new Set([...ended].filter(([, how]) => how !== 'ok').map(([id]) => id))
        const rest = plan.tasks.map(({ id }) => id).filter((id) => !ended.has(id))
        expect(new Set(rest)).toEqual(behind(plan.tasks, stopped))
      }),
    )
  })

  test('does the same whatever the order of its input', () => {
    const shuffled = plans.chain((plan) =>
      fc.tuple(
        fc.constant(plan),
        fc.shuffledSubarray([...plan.tasks], { minLength: plan.tasks.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ends, ([plan, tasks], choices) => {
        const way = (of: Plan) => {
          const steps: (readonly string[])[] = []
          workOff(createSchedule(of), choices, ({ started }) => steps.push(started))
          return steps
        }
        expect(way({ ...plan, tasks })).toEqual(way(plan))
      }),
    )
  })

  test('prefers the longest way to the end', () => {
    const tasks = [
      aTask('alone', [], 25),
      aTask('first', [], 10),
      aTask('then', ['first'], 10),
      aTask('last', ['then'], 10),
    ]
    expect(aSchedule(tasks, 1).next()).toEqual(['first'])
  })

  test('takes what never ran to last as long as usual, and a second where nothing ever ran', () => {
    const known = [aTask('a', [], 2), aTask('b', [], 6), aTask('c', [], 90)]
    expect(aSchedule([aTask('new'), aTask('short', [], 5), ...known], 4).next()).toEqual([
      'c',
      'b',
      'new',
      'short',
    ])
    expect(aSchedule([aTask('x'), aTask('y'), aTask('z', ['y'])], 1).next()).toEqual(['y'])
  })

  test('passes over a group without room', () => {
    const tasks = [
      { ...aTask('a', [], 9), group: 'prod' },
      { ...aTask('b', [], 8), group: 'prod' },
      aTask('c', [], 1),
    ]
    const schedule = aSchedule(tasks, 2, { prod: 1 })
    expect(schedule.next()).toEqual(['a', 'c'])
    schedule.end('c', 'ok')
    expect(schedule.next()).toEqual([])
    schedule.end('a', 'ok')
    expect(schedule.next()).toEqual(['b'])
  })

  test('starts nothing new after the first failure, if that is wanted', () => {
    const schedule = aSchedule([aTask('a'), aTask('b'), aTask('c')], 2)
    schedule.next()
    schedule.end('a', 'failed')
    schedule.failFast()
    expect(schedule.next()).toEqual([])
    expect([...schedule.running]).toEqual(['b'])
  })

  test('takes needs outside of it as fulfilled', () => {
    expect(aSchedule([aTask('a', ['elsewhere', 'elsewhere'])]).next()).toEqual(['a'])
  })

  test('refuses a circle, a name that appears twice, and an end of what does not run', () => {
    expect(() => aSchedule([aTask('a', ['b']), aTask('b', ['a'])])).toThrow('circle')
    expect(() => aSchedule([aTask('a'), aTask('a')])).toThrow('twice')
    expect(() => aSchedule([aTask('a')]).end('a', 'ok')).toThrow('not running')
  })

  test('handles thousands without comparing each with each', () => {
    const tasks = Array.from({ length: 5000 }, (_, at) => ({
      ...aTask(`t${at}`, at < 5 ? [] : [`t${at - 5}`, `t${Math.floor(at / 2)}`], at % 7),
      group: `g${at % 5}`,
    }))
    const schedule = aSchedule(tasks, 8)
    let ended = 0
    for (let running = schedule.next(); running.length > 0; running = schedule.next()) {
      for (const id of running) schedule.end(id, 'ok')
      ended += running.length
    }
    expect(ended).toBe(5000)
  })
})

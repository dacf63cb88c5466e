import type { ChangeEnvironment, ChangeEvent, Result } from '../../src/changes/index.ts'
import type { PlanSummary } from '../../src/runs/index.ts'

/** A component as it behaves in every environment of a synthetic change. */
export interface SyntheticComponent {
  readonly name: string
  readonly needs: readonly string[]
  /** Seconds. */
  readonly plan: number
  readonly apply: number
  /** How its planning ends; `planned` when undefined. */
  readonly planned?: 'planned' | 'provisional' | 'deferred' | 'unchanged' | 'skipped'
  readonly summary?: Partial<PlanSummary>
}

export interface SyntheticChange {
  readonly phase: 'plan' | 'apply'
  readonly components: readonly SyntheticComponent[]
  readonly environments: readonly Partial<ChangeEnvironment>[]
  readonly limit: number
  /** Names of the workspaces that fail, each with what it says. */
  readonly failures?: ReadonlyMap<string, string>
  /** Nothing is known from earlier runs. */
  readonly withoutHistory?: boolean
  /** Environments whose gate waits for somebody. */
  readonly gated?: readonly string[]
}

type Body = ChangeEvent extends infer Event
  ? Event extends ChangeEvent
    ? Omit<Event, 'at' | 'change'>
    : never
  : never

export const START = Date.parse('2026-03-02T09:00:00Z')

/** The events of a change as the driver tells them, with made-up times: the same input, the same events. */
export function changeEvents(change: SyntheticChange): ChangeEvent[] {
  const events: ChangeEvent[] = []
  const tell = (seconds: number, body: Body) =>
    events.push({ at: new Date(START + seconds * 1000), change: 7, ...body })
  const environments = environmentsOf(change)
  const tasks = environments.flatMap((environment) =>
    change.components.map((component) => ({
      name: `${component.name}@${environment.name}`,
      component,
      environment,
    })),
  )
  tell(0, {
    event: 'graph',
    operation: 'apply',
    environments,
    workspaces: tasks.map(({ name, component, environment }) => ({
      workspace: name,
      kind: 'terraform',
      needs: component.needs.map((need) => `${need}@${environment.name}`),
      reasons: [],
      expected: change.withoutHistory
        ? { plan: undefined, apply: undefined }
        : { plan: component.plan, apply: component.apply },
    })),
  })
  const runs = new Map(tasks.map((task, at) => [task.name, at + 41]))
  const say = (seconds: number, name: string, result: Result, more: object = {}) =>
    tell(seconds, {
      event: 'workspace',
      workspace: name,
      result,
      because: undefined,
      run: runs.get(name),
      runStatus: undefined,
      summary: undefined,
      ...more,
    })
  const results = new Map<string, Result>()
  const told = (seconds: number, name: string, result: Result, more: object = {}) => {
    results.set(name, result)
    say(seconds, name, result, more)
  }
  for (const { name, component } of tasks) {
    if (change.phase === 'plan') told(0, name, 'pending')
    else told(0, name, component.planned ?? 'planned', { summary: summaryOf(component) })
  }
  const ok = new Set<Result>(
    change.phase === 'plan'
      ? ['planned', 'provisional', 'deferred', 'unchanged', 'skipped']
      : ['applied', 'unchanged', 'skipped'],
  )
  const running: { readonly end: number; readonly task: (typeof tasks)[number] }[] = []
  const begun = new Set<string>()
  const isDone = (name: string) => ok.has(results.get(name) ?? 'pending') && !isRunning(name)
  const isRunning = (name: string) => running.some((one) => one.task.name === name)
  const mayBegin = ({ component, environment }: (typeof tasks)[number]) => {
    if (!component.needs.every((need) => isDone(`${need}@${environment.name}`))) return false
    if (change.phase === 'plan') return true
    if (change.gated?.includes(environment.name)) return false
    const { after } = environment
    return after === undefined || change.components.every((one) => isDone(`${one.name}@${after}`))
  }
  for (let clock = 0; ; ) {
    for (const task of tasks) {
      if (running.length >= change.limit) break
      const { name, component } = task
      if (begun.has(name) || !mayBegin(task)) continue
      begun.add(name)
      const end = component.planned
      if (end === 'skipped' || (end === 'deferred' && change.phase === 'plan')) {
        const because =
          end === 'skipped' ? 'when: env.name == "dev"' : `waits for ${component.needs[0]}.address`
        told(clock, name, end, { because })
        continue
      }
      if (change.phase === 'apply' && end === 'unchanged') continue
      const seconds = change.phase === 'plan' ? component.plan : component.apply
      say(clock, name, change.phase === 'plan' ? 'planning' : 'applying', {
        summary: change.phase === 'plan' ? undefined : summaryOf(component),
      })
      running.push({ end: clock + seconds, task })
      log(clock, name, `Initializing provider plugins...\n`)
      if (change.phase === 'apply') work(clock, seconds, task)
    }
    running.sort((a, b) => a.end - b.end)
    const next = running.shift()
    if (next === undefined) break
    clock = next.end
    ended(clock, next.task)
  }
  waiting()
  events.sort((a, b) => a.at.getTime() - b.at.getTime())
  const last = events.at(-1)?.at.getTime() ?? START
  const counts: Partial<Record<Result, number>> = {}
  for (const result of results.values()) counts[result] = (counts[result] ?? 0) + 1
  tell((last - START) / 1000, { event: 'end', status: 'open', counts })
  return events

  function log(seconds: number, name: string, text: string) {
    const run = runs.get(name) ?? 0
    tell(seconds, { event: 'log', workspace: name, run, phase: change.phase, text })
  }

  function work(clock: number, seconds: number, { name, component }: (typeof tasks)[number]) {
    const total = operations(component)
    for (let at = 0; at < total; at += 1) {
      const address = `terraform_data.${component.name}[${at}]`
      const begin = clock + (seconds * at) / total
      const end = clock + (seconds * (at + 1)) / total - 0.01
      const head = {
        event: 'progress',
        workspace: name,
        run: runs.get(name) ?? 0,
        address,
      } as const
      tell(begin, { ...head, status: 'started', action: 'create', seconds: undefined })
      log(begin, name, `${address}: Creating...\n`)
      tell(end, { ...head, status: 'done', action: 'create', seconds: seconds / total })
      log(end, name, `${address}: Creation complete after ${Math.round(seconds / total)}s\n`)
    }
  }

  function ended(clock: number, { name, component, environment }: (typeof tasks)[number]) {
    const failure = change.failures?.get(name)
    if (failure !== undefined) {
      log(clock, name, failure)
      told(clock, name, 'failed', { because: 'Terraform exited with code 1', runStatus: 'failed' })
      block(clock, name, name, new Set())
      return
    }
    if (change.phase === 'apply') {
      told(clock, name, 'applied', { summary: summaryOf(component) })
      return
    }
    const result = component.planned ?? 'planned'
    log(clock, name, planOutput(component))
    told(clock, name, result, {
      summary: result === 'unchanged' ? undefined : summaryOf(component),
      because:
        result === 'provisional'
          ? `made from planned values of ${component.needs.join(', ')}`
          : undefined,
    })
  }

  function block(clock: number, root: string, name: string, seen: Set<string>) {
    for (const { name: dependent, component, environment } of tasks) {
      if (seen.has(dependent)) continue
      if (!component.needs.some((need) => `${need}@${environment.name}` === name)) continue
      seen.add(dependent)
      begun.add(dependent)
      told(clock, dependent, 'blocked', { because: `blocked by ${root}` })
      block(clock, root, dependent, seen)
    }
  }

  function waiting() {
    const last = events.at(-1)?.at.getTime() ?? START
    for (const name of change.gated ?? []) {
      tell((last - START) / 1000, {
        event: 'waits',
        environment: name,
        workspaces: tasks
          .filter((task) => task.environment.name === name)
          .filter(({ name: one }) => !ok.has(results.get(one) ?? 'pending'))
          .map((task) => task.name),
        because: 'waits for 1 approval',
        next: `portolan approve change-7 -e ${name}`,
      })
    }
  }
}

function environmentsOf({ environments }: SyntheticChange): ChangeEnvironment[] {
  return environments.map((one, order) => ({
    name: one.name ?? `env-${order}`,
    order,
    after: one.after,
    auto: one.auto ?? false,
    concurrency: one.concurrency,
    gate: one.gate,
  }))
}

function operations({ summary }: SyntheticComponent): number {
  return (summary?.create ?? 1) + (summary?.update ?? 0) + (summary?.delete ?? 0)
}

export function summaryOf({ summary }: Pick<SyntheticComponent, 'summary'>): PlanSummary {
  return {
    create: 1,
    update: 0,
    replace: 0,
    delete: 0,
    forget: 0,
    import: 0,
    move: 0,
    outputs: [],
    drifted: 0,
    risk: '',
    severity: 'none',
    protected: [],
    changes: [],
    ...summary,
  }
}

function planOutput(component: SyntheticComponent): string {
  return `
Terraform will perform the following actions:

  # terraform_data.${component.name} will be created
  + resource "terraform_data" "${component.name}" {
      + id = (known after apply)
    }

Plan: ${operations(component)} to add, 0 to change, 0 to destroy.
`
}

/** Six components as in the demo: a chain with two ends and a job of its own. */
export const shop: readonly SyntheticComponent[] = [
  { name: 'network', needs: [], plan: 3, apply: 20, summary: { create: 4 } },
  { name: 'db', needs: ['network'], plan: 5, apply: 90, summary: { create: 12 } },
  { name: 'cache', needs: ['network'], plan: 4, apply: 30, summary: { create: 3 } },
  { name: 'api', needs: ['db', 'cache'], plan: 4, apply: 25, summary: { create: 5, update: 1 } },
  { name: 'search', needs: ['api'], plan: 3, apply: 10 },
  { name: 'seed', needs: ['api'], plan: 1, apply: 5 },
]

export const stages: readonly Partial<ChangeEnvironment>[] = [
  { name: 'dev' },
  { name: 'staging', after: 'dev' },
  { name: 'prod', after: 'staging', concurrency: 2 },
]

/** Many components that hang together at random; the same seed, the same graph. */
export function manyComponents(count: number, seed = 1): SyntheticComponent[] {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, at) => ({
    name: `component_${at}`,
    needs: Array.from({ length: at === 0 ? 0 : Math.floor(random() * 3) }, () =>
      Math.floor(random() * at),
    )
      .filter((need, index, all) => all.indexOf(need) === index)
      .map((need) => `component_${need}`),
    plan: 1 + Math.floor(random() * 8),
    apply: 2 + Math.floor(random() * 60),
    summary: { create: 1 + Math.floor(random() * 12) },
  }))
}

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
  return new MadeUpWork(change).carriedOut()
}

interface Task {
  readonly name: string
  readonly component: SyntheticComponent
  readonly environment: ChangeEnvironment
  readonly run: number
}

type Told = Extract<Body, { readonly event: 'workspace' }>

/** A change that is worked off as the driver does it, but in no time. Times are seconds. */
class MadeUpWork {
  readonly #change: SyntheticChange
  readonly #environments: readonly ChangeEnvironment[]
  readonly #tasks: readonly Task[]
  readonly #events: ChangeEvent[] = []
  readonly #results = new Map<string, Result>()
  readonly #begun = new Set<string>()
  readonly #running: { readonly end: number; readonly task: Task }[] = []
  #clock = 0

  constructor(change: SyntheticChange) {
    this.#change = change
    this.#environments = environmentsOf(change)
    this.#tasks = this.#environments
      .flatMap((environment) => change.components.map((component) => ({ component, environment })))
      .map((task, at) => ({
        ...task,
        name: `${task.component.name}@${task.environment.name}`,
        run: at + 41,
      }))
  }

  carriedOut(): ChangeEvent[] {
    this.#begin()
    for (;;) {
      for (const task of this.#tasks) this.#start(task)
      this.#running.sort((a, b) => a.end - b.end)
      const next = this.#running.shift()
      if (next === undefined) break
      this.#clock = next.end
      this.#end(next.task)
    }
    this.#wait()
    const counts: Partial<Record<Result, number>> = {}
    for (const result of this.#results.values()) counts[result] = (counts[result] ?? 0) + 1
    this.#tell({ event: 'end', status: 'open', counts })
    return this.#events.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  }

  #tell(body: Body, at = this.#clock): void {
    this.#events.push({ at: new Date(START + at * 1000), change: 7, ...body })
  }

  #say(task: Task, result: Result, more: Partial<Told> = {}): void {
    this.#results.set(task.name, result)
    this.#tell({
      event: 'workspace',
      workspace: task.name,
      result,
      because: undefined,
      run: task.run,
      runStatus: undefined,
      summary: undefined,
      ...more,
    })
  }

  #log({ name, run }: Task, text: string, at?: number): void {
    this.#tell({ event: 'log', workspace: name, run, phase: this.#change.phase, text }, at)
  }

  #begin(): void {
    const { phase, withoutHistory } = this.#change
    this.#tell({
      event: 'graph',
      operation: 'apply',
      environments: this.#environments,
      workspaces: this.#tasks.map(({ name, component, environment }) => ({
        workspace: name,
        kind: 'terraform',
        needs: component.needs.map((need) => `${need}@${environment.name}`),
        reasons: [],
        expected: withoutHistory
          ? { plan: undefined, apply: undefined }
          : { plan: component.plan, apply: component.apply },
      })),
    })
    for (const task of this.#tasks) {
      if (phase === 'plan') this.#say(task, 'pending')
      else
        this.#say(task, task.component.planned ?? 'planned', { summary: summaryOf(task.component) })
    }
  }

  #isDone(name: string): boolean {
    const good: readonly Result[] =
      this.#change.phase === 'plan'
        ? ['planned', 'provisional', 'deferred', 'unchanged', 'skipped']
        : ['applied', 'unchanged', 'skipped']
    return good.includes(this.#results.get(name) ?? 'pending')
  }

  #mayStart({ name, component, environment }: Task): boolean {
    const { phase, limit, gated, components } = this.#change
    if (this.#running.length >= limit || this.#begun.has(name)) return false
    if (!component.needs.every((need) => this.#isDone(`${need}@${environment.name}`))) return false
    if (phase === 'plan') return true
    if (gated?.includes(environment.name)) return false
    const { after } = environment
    return after === undefined || components.every((one) => this.#isDone(`${one.name}@${after}`))
  }

  #start(task: Task): void {
    if (!this.#mayStart(task)) return
    const { component, name } = task
    const { phase } = this.#change
    this.#begun.add(name)
    if (component.planned === 'skipped') {
      this.#say(task, 'skipped', { because: 'when: env.name == "dev"' })
    } else if (phase === 'plan' && component.planned === 'deferred') {
      this.#say(task, 'deferred', { because: `waits for ${component.needs[0]}.address` })
    } else if (phase === 'plan') {
      this.#say(task, 'planning')
      this.#run(task, component.plan)
    } else if (component.planned !== 'unchanged') {
      this.#say(task, 'applying', { summary: summaryOf(component) })
      this.#run(task, component.apply)
      this.#work(task)
    }
  }

  #run(task: Task, seconds: number): void {
    this.#running.push({ end: this.#clock + seconds, task })
    this.#log(task, 'Initializing provider plugins...\n')
  }

  /** The operations of an apply, one after the other. */
  #work(task: Task): void {
    const { name, component, run } = task
    const total = operations(component)
    const each = component.apply / total
    for (let at = 0; at < total; at += 1) {
      const address = `terraform_data.${component.name}[${at}]`
      const begin = this.#clock + each * at
      const end = begin + each - 0.01
      const head = { event: 'progress', workspace: name, run, address, action: 'create' } as const
      this.#tell({ ...head, status: 'started', seconds: undefined }, begin)
      this.#log(task, `${address}: Creating...\n`, begin)
      this.#tell({ ...head, status: 'done', seconds: each }, end)
      this.#log(task, `${address}: Creation complete after ${Math.round(each)}s\n`, end)
    }
  }

  #end(task: Task): void {
    const { name, component } = task
    const failure = this.#change.failures?.get(name)
    if (failure !== undefined) {
      this.#log(task, failure)
      this.#say(task, 'failed', { because: 'Terraform exited with code 1', runStatus: 'failed' })
      this.#block(name, name)
      return
    }
    const summary = summaryOf(component)
    if (this.#change.phase === 'apply') {
      this.#say(task, 'applied', { summary })
      return
    }
    this.#log(task, planOutput(component))
    if (component.planned === 'unchanged') this.#say(task, 'unchanged')
    else if (component.planned === 'provisional') {
      const because = `made from planned values of ${component.needs.join(', ')}`
      this.#say(task, 'provisional', { summary, because })
    } else this.#say(task, 'planned', { summary })
  }

  #block(root: string, name: string): void {
    for (const task of this.#tasks) {
      const needs = task.component.needs.map((need) => `${need}@${task.environment.name}`)
      if (!needs.includes(name) || this.#results.get(task.name) === 'blocked') continue
      this.#begun.add(task.name)
      this.#say(task, 'blocked', { because: `blocked by ${root}` })
      this.#block(root, task.name)
    }
  }

  #wait(): void {
    for (const environment of this.#change.gated ?? []) {
      const waiting = this.#tasks.filter((task) => task.environment.name === environment)
      this.#tell({
        event: 'waits',
        environment,
        workspaces: waiting.map((task) => task.name).filter((name) => !this.#isDone(name)),
        because: 'waits for 1 approval',
        next: `portolan approve change-7 -e ${environment}`,
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
    apply: one.apply ?? 'before-merge',
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

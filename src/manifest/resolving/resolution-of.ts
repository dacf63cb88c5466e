import type { Value } from '../../platform/value.ts'
import { valueJson } from '../../platform/value-json.ts'
import type {
  Definition,
  OutputLookup,
  OutputReference,
  Resolution,
  ResolvedHook,
} from '../definition.ts'
import { type Datum, Unknown } from '../expressions/datum.ts'
import { Fault, problemOf } from '../expressions/fault.ts'
import type { OutputRead } from '../expressions/reads.ts'
import { evaluateScalar } from '../expressions/render.ts'
import type { World } from '../expressions/scope.ts'
import { toValue } from '../expressions/value-of.ts'
import type { HookNode } from '../manifest.ts'
import type { Position, ScalarNode } from '../node.ts'
import type { RunFacts } from './context.ts'
import { mergedDatum, nodeDatum } from './data.ts'
import type { Merged } from './layers.ts'
import { type Prepared, textOf } from './prepared.ts'
import { Trace } from './trace.ts'
import { componentNames, createWorld } from './world.ts'

export interface Start {
  readonly definition: Definition
  readonly lookup: OutputLookup
  readonly run: RunFacts | undefined
}

/** Everything of a definition, with what is known of outputs at this moment. */
export function resolutionOf(prepared: Prepared, start: Start): Resolution {
  const { skipped } = start.definition
  if (skipped !== undefined) return nothing(`${prepared.name} is skipped: ${skipped}`)
  const starting = new Starting(prepared, start)
  const { component } = prepared
  const { terraform } = component
  const main =
    component.kind === 'run' ? starting.text(component.main) : prepared.text(component.main)
  const inputs = starting.inputs()
  const before = component.before.map((hook) => starting.hook(hook))
  const after = component.after.map((hook) => starting.hook(hook))
  if (starting.impossible !== undefined) return nothing(starting.impossible)
  const { trace } = starting
  return {
    certainty: starting.certainty,
    waitsFor: [...(trace.waitsFor.size > 0 ? trace.waitsFor : trace.plannedFrom)],
    impossible: undefined,
    main: main ?? '',
    inputs,
    before: before.filter((hook) => hook !== undefined),
    after: after.filter((hook) => hook !== undefined),
    varFiles: terraform === undefined ? [] : prepared.files(terraform.varFiles),
    terraformWorkspace:
      terraform?.workspace === undefined ? 'default' : prepared.text(terraform.workspace),
    secrets: [...trace.secrets],
  }
}

function nothing(impossible: string): Resolution {
  return {
    certainty: 'unknown',
    waitsFor: [],
    impossible,
    main: '',
    inputs: {},
    before: [],
    after: [],
    varFiles: [],
    terraformWorkspace: 'default',
    secrets: [],
  }
}

/** Evaluates what may read outputs, and remembers what they told. */
class Starting {
  readonly trace = new Trace()
  impossible: string | undefined
  readonly #prepared: Prepared
  readonly #start: Start
  readonly #world: World
  #awaited = this.trace.waitsFor

  constructor(prepared: Prepared, start: Start) {
    this.#prepared = prepared
    this.#start = start
    const { context, component } = prepared
    this.#world = createWorld({
      names: new Map([...prepared.own.names, ...componentNames(component, start.run)]),
      context,
      output: (read) => this.#output(read),
      secretive: () => this.trace.sensitive,
    })
  }

  get certainty(): Resolution['certainty'] {
    if (this.trace.waitsFor.size > 0) return 'unknown'
    return this.trace.plannedFrom.size > 0 ? 'planned' : 'known'
  }

  /** What is known of the inputs; one that is not is left out. */
  inputs(): Record<string, Value> {
    const known: [string, Value][] = []
    for (const [name, merged] of this.#prepared.inputs()) {
      const value = this.#input(merged)
      if (value !== undefined) known.push([name, value])
    }
    return Object.fromEntries(known)
  }

  text(scalar: ScalarNode): string | undefined {
    const text = this.#attempt(scalar, () => {
      const datum = this.#evaluate(scalar)
      return datum instanceof Unknown ? datum : textOf(datum, scalar)
    })
    return typeof text === 'string' ? text : undefined
  }

  /** Who only plans can do without what an apply will run: such a plan is provisional. */
  hook({ run, env, on }: HookNode): ResolvedHook | undefined {
    this.#awaited = on.includes('plan') ? this.trace.waitsFor : this.trace.plannedFrom
    const command = this.text(run)
    const variables = (env?.entries ?? []).map(({ key, value }) => {
      const given = this.#attempt(placeholder(value.at), () =>
        toValue(nodeDatum(value, key, this.#evaluate)),
      )
      return [key, given] as const
    })
    this.#awaited = this.trace.waitsFor
    if (command === undefined) return undefined
    const present = variables.flatMap(([key, value]) =>
      value === undefined || value === null
        ? []
        : [[key, typeof value === 'string' ? value : valueJson(value)] as const],
    )
    return { run: command, env: Object.fromEntries(present), on }
  }

  #input(merged: Merged): Value | undefined {
    const preview = previewOf(merged)
    if (preview === undefined) return this.#settled(this.#value(merged))
    const value = this.#value(preview.value)
    if (!(value instanceof Unknown)) return value
    for (const name of value.waitsFor) this.trace.plannedFrom.add(name)
    return this.#settled(this.#value(preview.preview))
  }

  #value(merged: Merged): Value | Unknown | undefined {
    const work = () => toValue(mergedDatum(merged, '', this.#evaluate))
    return this.#try(placeholder(merged.at), work)
  }

  #attempt(scalar: ScalarNode, work: () => Value | Unknown): Value | undefined {
    return this.#settled(this.#try(scalar, work))
  }

  /** A value that is known; what it waits for otherwise is noted. */
  #settled(value: Value | Unknown | undefined): Value | undefined {
    if (!(value instanceof Unknown)) return value
    for (const name of value.waitsFor) this.#awaited.add(name)
    return undefined
  }

  /** @throws AppError with the place of what is wrong */
  #try<T>(scalar: ScalarNode, work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (error.absent === undefined) throw this.#prepared.refuse([problemOf(error, scalar)])
      this.impossible ??= error.absent
      return undefined
    }
  }

  readonly #evaluate = (scalar: ScalarNode): Datum =>
    this.trace.watch(() => evaluateScalar(scalar, this.#world))

  #output(read: OutputRead): Datum {
    const reference = this.#referenceOf(read)
    const { component, output, environment } = reference
    const own = environment === this.#prepared.environment.name
    const name = own ? `${component}.${output}` : `${environment}/${component}.${output}`
    const known = this.#start.lookup(reference)
    const datum = this.trace.read(known, name)
    if (datum !== undefined) return datum
    const absent = known.is === 'absent' ? known.because : name
    throw new Fault(absent, read, { missing: true, absent })
  }

  #referenceOf(read: OutputRead): OutputReference {
    const environment = read.environment ?? this.#prepared.environment.name
    const { component, output } = read
    const found = this.#start.definition.references.find(
      (one) =>
        one.component === component && one.output === output && one.environment === environment,
    )
    return found ?? { component, environment, output, path: [], at: this.#prepared.component.at }
  }
}

/** An input of which a stand-in is planned with while it is not known. */
function previewOf(
  merged: Merged,
): { readonly value: Merged; readonly preview: Merged } | undefined {
  if (merged.kind !== 'map' || merged.entries.size !== 2) return undefined
  const value = merged.entries.get('value')
  const preview = merged.entries.get('preview')
  return value === undefined || preview === undefined ? undefined : { value, preview }
}

/** Stands for something that is more than one text, where only its place counts. */
function placeholder(at: Position): ScalarNode {
  return { kind: 'scalar', value: null, at }
}

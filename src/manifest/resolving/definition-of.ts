import { createHash } from 'node:crypto'
import type { Value } from '../../platform/value.ts'
import { valueJson } from '../../platform/value-json.ts'
import type { Workflow } from '../atlantis/workflow.ts'
import type { Definition, OutputReference } from '../definition.ts'
import { type PlacedText, scalarsIn } from '../expressions/component-texts.ts'
import { referencesIn } from '../expressions/references.ts'
import type { HookNode } from '../manifest.ts'
import type { Node, ScalarNode } from '../node.ts'
import { earlyValue } from './early.ts'
import type { Merged } from './layers.ts'
import type { Prepared } from './prepared.ts'

/** A component in an environment, of which everything but `when` waits until it is asked for. */
export function definitionOf(prepared: Prepared): Definition {
  const { name, component, environment } = prepared
  const skipped = prepared.skipped()
  let references: readonly OutputReference[] | undefined
  let digest: string | undefined
  return {
    name,
    component,
    environment,
    skipped,
    get references() {
      references ??= skipped === undefined ? referencesOf(prepared) : []
      return references
    },
    get digest() {
      digest ??= digestOf(skipped === undefined ? describe(prepared) : { skipped })
      return digest
    },
  }
}

/** Everything that may read outputs, as the layers leave it. */
function referencesOf(prepared: Prepared): OutputReference[] {
  const { environment } = prepared
  const found = new Map<string, OutputReference>()
  for (const scalar of lateTexts(prepared)) {
    const text: PlacedText = { scalar, place: 'start', onlyIn: undefined }
    for (const { onlyIn: _, ...written } of referencesIn(text)) {
      const reference = { ...written, environment: written.environment ?? environment.name }
      const { at: _at, ...identity } = reference
      const key = JSON.stringify(identity)
      if (!found.has(key)) found.set(key, reference)
    }
  }
  return [...found.values()]
}

function* lateTexts(prepared: Prepared): Iterable<ScalarNode> {
  const { component } = prepared
  if (component.kind === 'run') yield component.main
  for (const merged of prepared.inputs().values()) yield* scalarsOf(merged)
  for (const hook of [...component.before, ...component.after]) {
    yield hook.run
    if (hook.env !== undefined) yield* scalarsIn([hook.env])
  }
}

function* scalarsOf(merged: Merged): Iterable<ScalarNode> {
  if (merged.kind === 'leaf') yield* scalarsIn([merged.node])
  else for (const entry of merged.entries.values()) yield* scalarsOf(entry)
}

function digestOf(value: Value): string {
  return createHash('sha256').update(valueJson(value)).digest('hex')
}

/** What decides what a workspace does: neither positions nor tags, limits and tries. */
function describe(prepared: Prepared): Value {
  const { component } = prepared
  const world = prepared.world()
  const early = (scalar: ScalarNode): Value =>
    prepared.guard(scalar, () => earlyValue(scalar, world))
  const { kind, main, terraform, outputs, once } = component
  const hooks = (list: readonly HookNode[]) =>
    list.map(({ run, env, on }) => ({
      run: early(run),
      env: env === undefined ? null : described(env, early),
      on,
    }))
  return {
    kind,
    main: early(main),
    inputs: describedMap(prepared.inputs(), early),
    outputs: Object.fromEntries(
      [...outputs].map(([name, { type, sensitive }]) => [name, { type, sensitive }]),
    ),
    before: hooks(component.before),
    after: hooks(component.after),
    once,
    varFiles: terraform === undefined ? [] : prepared.files(terraform.varFiles),
    terraform: {
      tool: terraform?.tool ?? null,
      version: terraform?.terraformVersion ?? null,
      workspace: terraform?.workspace === undefined ? null : early(terraform.workspace),
      state: terraform?.state ?? null,
    },
    ...(component.workflow === undefined ? {} : { workflow: workflowValue(component.workflow) }),
  }
}

/** Its name decides nothing. */
function workflowValue({ plan, apply }: Workflow): Value {
  const value = (steps: Workflow['plan']): Value => steps.map((step) => ({ ...step }))
  return { plan: value(plan), apply: value(apply) }
}

type Early = (scalar: ScalarNode) => Value

function describedMap(entries: ReadonlyMap<string, Merged>, early: Early): Value {
  return Object.fromEntries(
    [...entries].map(([key, merged]) => [
      key,
      merged.kind === 'leaf' ? described(merged.node, early) : describedMap(merged.entries, early),
    ]),
  )
}

function described(node: Node, early: Early): Value {
  if (node.kind === 'scalar') return early(node)
  if (node.kind === 'list') return node.items.map((item) => described(item, early))
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, described(value, early)]))
}

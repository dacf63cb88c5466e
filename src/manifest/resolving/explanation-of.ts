import type { Value } from '../../platform/value.ts'
import { isList, isMap } from '../../platform/value-json.ts'
import type { Definition } from '../definition.ts'
import { scalarsIn } from '../expressions/component-texts.ts'
import { Unknown } from '../expressions/datum.ts'
import type { Expression } from '../expressions/expression.ts'
import { Fault, problemOf } from '../expressions/fault.ts'
import { readsOf } from '../expressions/reads.ts'
import { evaluateCondition, evaluateScalar } from '../expressions/render.ts'
import type { World } from '../expressions/scope.ts'
import { hasExpressions, type Part, templateOf } from '../expressions/template.ts'
import { literalValue } from '../expressions/texts.ts'
import { toValue } from '../expressions/value-of.ts'
import type { HookNode } from '../manifest.ts'
import type { Node, Position, ScalarNode } from '../node.ts'
import { below, nodeDatum } from './data.ts'
import { isLate } from './early.ts'
import { type Merged, type MergedLeaf, setLayer } from './layers.ts'
import type { Prepared } from './prepared.ts'

/** A value with its origin. */
export interface ExplainedValue {
  /** `inputs.db.host`, `values.replicas`, `when`, `before[0].run` */
  readonly path: string
  /** What it is; undefined while outputs are missing for that, or when it cannot be evaluated. */
  readonly value: Value | undefined
  /** The same for people: an output stands as `(from db: host)`. */
  readonly shown: string
  /** The text that gives it, where that holds expressions. */
  readonly expression: string | undefined
  /** `environments.prod.values`, `--set`, the name of a file. */
  readonly layer: string
  /** Undefined for `--set`. */
  readonly at: Position | undefined
  /** What it lies over, the nearest first. */
  readonly replaces: readonly ReplacedValue[]
  /** Why it cannot be evaluated. */
  readonly fault: string | undefined
}

export interface ReplacedValue {
  /** As it is written. */
  readonly shown: string
  readonly layer: string
  readonly at: Position | undefined
}

/** Everything of a component in an environment, or what lies at and below a path. */
export function explanationOf(
  prepared: Prepared,
  definition: Definition,
  path: string | undefined,
): ExplainedValue[] {
  const { component, own } = prepared
  const explain = new Explaining(prepared)
  const all: ExplainedValue[] = []
  if (component.when !== undefined) all.push(explain.condition(component.when))
  if (definition.skipped === undefined) {
    all.push(explain.text(component.kind, component.main))
    for (const [key, merged] of prepared.inputs()) {
      all.push(...explain.merged(below('inputs', key), merged))
    }
    all.push(...explain.files('values', component.valueFiles))
    all.push(...explain.files('var_files', component.terraform?.varFiles ?? []))
    const workspace = component.terraform?.workspace
    if (workspace !== undefined) all.push(explain.text('workspace', workspace))
    all.push(
      ...explain.hooks('before', component.before),
      ...explain.hooks('after', component.after),
    )
  }
  for (const [key, merged] of own.merged) all.push(...explain.merged(below('values', key), merged))
  return path === undefined ? all : all.filter((one) => isAt(one.path, path))
}

function isAt(path: string, wanted: string): boolean {
  return path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`)
}

type Origin = Pick<ExplainedValue, 'layer' | 'at' | 'replaces'>

class Explaining {
  readonly #prepared: Prepared
  readonly #world: World

  constructor(prepared: Prepared) {
    this.#prepared = prepared
    this.#world = prepared.world()
  }

  condition(scalar: ScalarNode): ExplainedValue {
    const expression = typeof scalar.value === 'string' ? scalar.value : undefined
    const explained = { ...this.#written('when', scalar), path: 'when', expression }
    return this.#entry(explained, scalar, () => evaluateCondition(scalar, this.#world))
  }

  text(path: string, scalar: ScalarNode): ExplainedValue {
    return this.#node(path, scalar, this.#written(path, scalar))
  }

  files(path: string, scalars: readonly ScalarNode[]): ExplainedValue[] {
    return scalars.map((scalar, at) => this.text(`${path}[${at}]`, scalar))
  }

  hooks(path: string, hooks: readonly HookNode[]): ExplainedValue[] {
    return hooks.flatMap(({ run, env }, at) => [
      this.text(`${path}[${at}].run`, run),
      ...(env?.entries ?? []).map(({ key, value }) => {
        const name = below(`${path}[${at}].env`, key)
        return this.#node(name, value, this.#written(name, value))
      }),
    ])
  }

  merged(path: string, merged: Merged): ExplainedValue[] {
    if (merged.kind === 'leaf') return [this.#node(path, merged.node, originOf(merged))]
    if (merged.entries.size > 0) {
      return [...merged.entries].flatMap(([key, entry]) => this.merged(below(path, key), entry))
    }
    const { layer, at } = merged
    const origin = { layer, at: placeIn(merged), replaces: [] }
    const empty: Node = { kind: 'map', entries: [], at }
    return [this.#node(path, empty, origin)]
  }

  #written(path: string, { at }: { readonly at: Position }): Origin {
    return { layer: `components.${this.#prepared.component.name}.${path}`, at, replaces: [] }
  }

  #node(path: string, node: Node, origin: Origin): ExplainedValue {
    const explained = { ...origin, path, expression: expressionIn(node) }
    if (!isLateNode(node)) {
      const evaluate = (scalar: ScalarNode) => evaluateScalar(scalar, this.#world)
      return this.#entry(explained, node, () => toValue(nodeDatum(node, path, evaluate)))
    }
    return this.#guarded(explained, node, () => ({ value: undefined, shown: this.#show(node) }))
  }

  #entry(explained: Explained, node: Node, work: () => Value | Unknown): ExplainedValue {
    return this.#guarded(explained, node, () => {
      const value = work()
      if (value instanceof Unknown) return { value: undefined, shown: '(not known yet)' }
      return { value, shown: showValue(value) }
    })
  }

  /** A value that cannot be evaluated is told with the others: here people look for why. */
  #guarded(
    explained: Explained,
    { at }: Node,
    work: () => Pick<ExplainedValue, 'value' | 'shown'>,
  ): ExplainedValue {
    try {
      return { ...explained, ...work(), fault: undefined }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const problem = problemOf(error, { kind: 'scalar', value: null, at })
      const elsewhere = problem.at?.file !== at.file || problem.at.line !== at.line
      const place = problem.at === undefined || !elsewhere ? '' : ` (${placeText(problem.at)})`
      const fault = `${problem.message}${place}`
      return { ...explained, value: undefined, shown: `(${problem.message})`, fault }
    }
  }

  /** A node that reads outputs: they stand as what they are from. */
  #show(node: Node): string {
    if (node.kind === 'list') return `[${node.items.map((item) => this.#show(item)).join(', ')}]`
    if (node.kind === 'map') {
      return `{${node.entries.map(({ key, value }) => `${key}: ${this.#show(value)}`).join(', ')}}`
    }
    if (typeof node.value !== 'string') return showValue(node.value)
    const { pieces, whole } = templateOf(node.value)
    if (whole === undefined && !isLateNode(node)) return showValue(node.value)
    return pieces
      .map((piece) => (typeof piece === 'string' ? piece : this.#showPart(piece)))
      .join('')
  }

  #showPart({ expression, text }: Part): string {
    if (isLate(expression)) return readingsOf(expression)
    const scalar: ScalarNode = {
      kind: 'scalar',
      value: `\${{${text}}}`,
      at: this.#prepared.component.at,
    }
    const value = toValue(evaluateScalar(scalar, this.#world))
    return value instanceof Unknown || value === null ? '' : String(isMap(value) ? '' : value)
  }
}

type Explained = Omit<ExplainedValue, 'value' | 'shown' | 'fault'>

function originOf({ layer, at, replaces }: MergedLeaf): Origin {
  const under: ReplacedValue[] = []
  for (let leaf = replaces; leaf !== undefined; leaf = leaf.replaces) {
    under.push({ shown: showValue(literalValue(leaf.node)), layer: leaf.layer, at: placeIn(leaf) })
  }
  return { layer, at: placeIn({ layer, at }), replaces: under }
}

function placeText({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`
}

function placeIn({ layer, at }: { readonly layer: string; readonly at: Position }) {
  return layer === setLayer ? undefined : at
}

/** `(from db: host)`, `(from db: host; api: url)`, `(from the run)`. */
function readingsOf(expression: Expression): string {
  const outputs = new Map<string, Set<string>>()
  for (const { component, environment, output } of readsOf(expression).outputs) {
    const from = environment === undefined ? component : `${environment}/${component}`
    outputs.set(from, (outputs.get(from) ?? new Set()).add(output))
  }
  const named = [...outputs].map(([from, names]) => `${from}: ${[...names].join(', ')}`)
  return `(from ${named.length === 0 ? 'the run' : named.join('; ')})`
}

/** The text of a node that holds expressions, as far as one line can say it. */
function expressionIn(node: Node): string | undefined {
  if (node.kind === 'scalar') {
    return typeof node.value === 'string' && hasExpressions(node.value) ? node.value : undefined
  }
  const inside = [...scalarsIn([node])].map(expressionIn).filter((one) => one !== undefined)
  return inside.length === 0 ? undefined : inside.join(', ')
}

function isLateNode(node: Node): boolean {
  return [...scalarsIn([node])].some(
    ({ value }) =>
      typeof value === 'string' &&
      templateOf(value).pieces.some(
        (piece) => typeof piece !== 'string' && isLate(piece.expression),
      ),
  )
}

/** A value as YAML would have it on one line. */
function showValue(value: Value): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(showValue).join(', ')}]`
  const entries = Object.entries(value)
  return `{${entries.map(([key, one]) => `${key}: ${showValue(one)}`).join(', ')}}`
}

/** Text that nobody can take for something else. */
function isPlain(text: string): boolean {
  const isWord = /^[\w/.][\w ./@:=+,?-]*$/.test(text) && !/^(true|false|null)$|: | $/.test(text)
  return isWord && Number.isNaN(Number(text))
}

import type { ChangeEvent, GraphEntry } from '../../../changes/index.ts'
import {
  type ChangeModel,
  type EnvironmentState,
  inOrder,
  type NodeState,
  phaseOf,
} from './model.ts'
import { relevantLines } from './relevant.ts'
import { shapeOf } from './shape.ts'

type Event<Name extends ChangeEvent['event']> = Extract<ChangeEvent, { readonly event: Name }>

/** What is known after an event. Pure: the model before is as it was. */
export function reduce(model: ChangeModel, event: ChangeEvent): ChangeModel {
  const lastAt = event.at.getTime()
  const now = { ...model, startedAt: model.startedAt ?? lastAt, lastAt, change: event.change }
  switch (event.event) {
    case 'graph':
      return withGraph(now, event)
    case 'workspace':
      return withNode(now, event.workspace, (node) => moved(node, event))
    case 'log':
      return withNode(now, event.workspace, (node) => ({
        ...node,
        run: event.run,
        log: appended(node.log, event.text),
        tail: (node.tail + event.text).slice(-TAIL_CHARACTERS),
      }))
    case 'progress':
      if (event.status !== 'done') return now
      return withNode(now, event.workspace, (node) => ({ ...node, resources: node.resources + 1 }))
    case 'waits':
      return withWait(now, event)
    case 'notice':
    case 'action':
      return now
    case 'end':
      return { ...now, end: { status: event.status, counts: event.counts } }
  }
}

function withGraph(model: ChangeModel, event: Event<'graph'>): ChangeModel {
  const nodes = event.workspaces
    .map((entry) => {
      const before = model.nodes[model.places.get(entry.workspace) ?? -1]
      return before === undefined
        ? newNode(entry)
        : { ...before, needs: entry.needs, expected: entry.expected }
    })
    .filter((node) => model.only === undefined || model.only.includes(node.environment))
  return {
    ...model,
    operation: event.operation,
    nodes,
    places: new Map(nodes.map((node, index) => [node.name, index])),
    environments: environmentsOf(event, nodes),
  }
}

function newNode({ workspace, needs, expected }: GraphEntry): NodeState {
  const at = workspace.lastIndexOf('@')
  return {
    name: workspace,
    component: at === -1 ? workspace : workspace.slice(0, at),
    environment: at === -1 ? '' : workspace.slice(at + 1),
    needs,
    expected,
    result: 'pending',
    because: undefined,
    run: undefined,
    summary: undefined,
    isHeld: false,
    since: undefined,
    began: undefined,
    ended: undefined,
    took: {},
    resources: 0,
    log: '',
    tail: '',
    failure: [],
  }
}

/** Every workspace is in one of them, also one of an environment that nobody announced: an orphan. */
function environmentsOf(event: Event<'graph'>, nodes: readonly NodeState[]): EnvironmentState[] {
  const announced = inOrder(event.environments, event.operation)
  const members = new Map<string, number[]>(announced.map((one) => [one.name, []]))
  for (const [index, { environment }] of nodes.entries()) {
    const list = members.get(environment)
    if (list === undefined) members.set(environment, [index])
    else list.push(index)
  }
  const known = new Map(announced.map((one) => [one.name, one]))
  return [...members]
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const environment = known.get(name)
      const shape = shapeOf(list.flatMap((index) => nodes[index] ?? []))
      return {
        name,
        // What is destroyed has nothing to prove in another environment.
        after: event.operation === 'destroy' ? undefined : environment?.after,
        concurrency: environment?.concurrency,
        isGated: (environment?.gate?.approvals ?? 0) > 0,
        nodes: shape.order.map((place) => list[place] ?? 0),
        shape,
      }
    })
}

function withNode(
  model: ChangeModel,
  name: string,
  change: (node: NodeState) => NodeState,
): ChangeModel {
  const place = model.places.get(name)
  const node = place === undefined ? undefined : model.nodes[place]
  if (place === undefined || node === undefined) return model
  return { ...model, nodes: model.nodes.with(place, change(node)) }
}

function moved(node: NodeState, event: Event<'workspace'>): NodeState {
  const { result, because } = event
  const facts = {
    result,
    because,
    isHeld: false,
    run: event.run ?? node.run,
    summary: event.summary ?? node.summary,
  }
  const before = phaseOf(node.result)
  if (phaseOf(result) === before && before !== undefined) return { ...node, ...facts }
  const at = event.at.getTime()
  const seconds = node.since === undefined ? 0 : Math.max(0, (at - node.since) / 1000)
  const took = before === undefined ? node.took : { ...node.took, [before]: seconds }
  const over = { ...node, ...facts, took, log: '', tail: '', resources: 0 }
  if (phaseOf(result) !== undefined) {
    return { ...over, since: at, began: node.began ?? at, failure: [] }
  }
  const ended = before === undefined ? node.ended : at
  const hasFailed = result === 'failed' || result === 'unknown'
  return { ...over, since: undefined, ended, failure: hasFailed ? relevantLines(node.log) : [] }
}

function withWait(model: ChangeModel, event: Event<'waits'>): ChangeModel {
  const { environment, workspaces, because, next } = event
  const others = model.waits.filter((one) => one.environment !== environment)
  const held = new Set(workspaces)
  return {
    ...model,
    waits: [...others, { environment, workspaces, because, next }],
    nodes: model.nodes.map((node) => (held.has(node.name) ? { ...node, isHeld: true } : node)),
  }
}

const TAIL_CHARACTERS = 1000
const KEPT_CHARACTERS = 1_000_000

/** The end of a very long log is what counts. */
function appended(log: string, text: string): string {
  const longer = log + text
  return longer.length > 2 * KEPT_CHARACTERS ? longer.slice(-KEPT_CHARACTERS) : longer
}

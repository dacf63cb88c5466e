import { type ChangeEvent, changeName } from '../../../changes/index.ts'
import { harmlessToCi } from '../ci.ts'
import { planText } from '../plan-text.ts'
import { plain } from '../style.ts'
import { plural, sanitise, sanitiseLine } from '../text.ts'
import { duration } from '../time.ts'
import { type ChangeModel, type NodeState, phaseOf, spentMilliseconds } from './model.ts'
import { joined } from './pieces.ts'
import { atWork, operationsOf, says } from './says.ts'
import { isOver, stageOf } from './stage.ts'

export interface PlainOptions {
  /** A block folds in the log of GitHub Actions. */
  readonly github: boolean
}

/**
 * What an event says where there is no terminal: a line when a workspace begins, and all that it said
 * as one block when its phase is over, so that what runs at the same time does not mix.
 */
export function plainLines(
  before: ChangeModel,
  after: ChangeModel,
  event: ChangeEvent,
  options: PlainOptions,
): string[] {
  switch (event.event) {
    case 'graph':
      // On its way to the same goal as before it has been said.
      return after.spent === undefined ? [`${title(after)}: ${membersText(after)}`] : []
    case 'workspace': {
      const node = nodeOf(after, event.workspace)
      const was = nodeOf(before, event.workspace)
      return node === undefined || was === undefined
        ? []
        : workspaceLines(after, was, node, options)
    }
    case 'notice': {
      const message = harmlessToCi(sanitise(event.message))
      return [event.workspace === undefined ? message : `${named(event.workspace)}: ${message}`]
    }
    case 'waits':
      return [`${named(event.environment)}: ${named(event.because)}`, `→ ${named(event.next)}`]
    default:
      return []
  }
}

function nodeOf({ nodes, places }: ChangeModel, name: string): NodeState | undefined {
  return nodes[places.get(name) ?? -1]
}

/** `Planning change-7` */
function title({ goal, operation, change }: ChangeModel): string {
  const verb = goal === 'plan' ? 'Planning' : operation === 'destroy' ? 'Destroying' : 'Applying'
  return change === undefined ? verb : `${verb} ${changeName(change)}`
}

function membersText({ nodes, environments }: ChangeModel): string {
  if (nodes.length === 0) return 'no workspace takes part'
  const names = environments.map((one) => named(one.name))
  return `${plural(nodes.length, 'workspace')} in ${names.join(', ')}`
}

function workspaceLines(
  model: ChangeModel,
  was: NodeState,
  node: NodeState,
  options: PlainOptions,
): string[] {
  const name = named(node.name)
  const phase = phaseOf(node.result)
  const phaseBefore = phaseOf(was.result)
  if (node.result === 'planning' || node.result === 'applying') {
    if (phase === phaseBefore) return []
    const count = node.result === 'applying' ? operationsOf(node) : 0
    const much = count < 2 ? '' : `  ${count} operations`
    return [`${name}  ${atWork(model, node.result)}${much}`]
  }
  const isNews = was.result !== node.result && !(model.goal === 'apply' && was.result === 'pending')
  if (phaseBefore === undefined) {
    return isNews && isOver(node, model.goal) ? [`── ${headText(model, node)}`] : []
  }
  const seconds = node.took[phaseBefore] ?? 0
  const head = `${headText(model, node)}  (${secondsText(seconds)})`
  return block(head, textOf(node, was.log), options.github && node.failure.length === 0)
}

function headText(model: ChangeModel, node: NodeState): string {
  const told = joined(says(model, node, stageOf(node, model.goal), plain), Number.POSITIVE_INFINITY)
  const isWord = node.result === 'planned' || node.result === 'applied'
  const word = isWord && model.operation === 'apply' ? `${node.result}: ` : ''
  return harmlessToCi(`${sanitiseLine(node.name)}  ${word}${told}`)
}

function secondsText(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds)
}

/** Of what changes nothing only a warning is worth a line. */
function textOf(node: NodeState, log: string): string {
  const text = planText(log, plain)
  return node.result === 'unchanged' && !text.includes('Warning:') ? '' : text
}

function block(head: string, text: string, folds: boolean): string[] {
  if (text === '') return [`── ${head}`]
  const lines = text.split('\n').map(harmlessToCi)
  return folds ? [`::group::${head}`, ...lines, '::endgroup::'] : [`── ${head}`, ...lines]
}

/** Something from outside on one line. */
function named(text: string): string {
  return harmlessToCi(sanitiseLine(text))
}

const NAMED = 6

/** A sign of life, when nothing has been said for a while. */
export function keepAliveLine(model: ChangeModel, now: number): string | undefined {
  const running = model.nodes.filter((node) => phaseOf(node.result) !== undefined)
  if (running.length === 0) return undefined
  const over = model.nodes.filter((node) => isOver(node, model.goal)).length
  const named = running.slice(0, NAMED).map((node) => aliveText(model, node, now))
  const more = running.length > NAMED ? ` and ${running.length - NAMED} more` : ''
  const ran = duration(spentMilliseconds(model, now) / 1000)
  return `${title(model)} for ${ran}, ${over} of ${model.nodes.length} done; at work: ${named.join(', ')}${more}`
}

function aliveText(model: ChangeModel, node: NodeState, now: number): string {
  const elapsed = duration((now - (node.since ?? now)) / 1000)
  const phase = phaseOf(node.result)
  const expected = phase === undefined ? undefined : node.expected[phase]
  const doing = node.result === 'applying' ? atWork(model, 'applying') : 'planning'
  const of = expected === undefined || expected < 1 ? '' : ` of about ${duration(expected)}`
  return `${named(node.name)} (${doing} ${elapsed}${of})`
}

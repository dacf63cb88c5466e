import {
  type ChangeEnvironment,
  type ChangeNode,
  type ChangeView,
  changeName,
  type Result,
} from '../../../changes/index.ts'
import { plural, sanitiseLine, wrap } from '../text.ts'
import type { Layout } from './layout.ts'
import { namesText } from './names.ts'

/** What it would mean to approve the change as it is planned now; nothing when there is nothing to approve. */
export function approvalLines(view: ChangeView, layout: Layout): string[] {
  const { style, width } = layout
  const sentences = meaning(view)
  if (view.change.status !== 'open' || sentences.length === 0) return []
  const columns = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - 4)
  return [
    '',
    style.bold(`To approve ${changeName(view.change.id)} now means`),
    ...sentences.flatMap((sentence) =>
      wrap(sentence, columns).map((line, at) => `${at === 0 ? '  • ' : '    '}${line}`),
    ),
  ]
}

function meaning({ change, environments, nodes }: ChangeView): string[] {
  const of = (result: Result) => nodes.filter((node) => node.result === result)
  const planned = of('planned')
  const provisional = of('provisional')
  const deferred = of('deferred')
  if (planned.length + provisional.length + deferred.length === 0) return []
  const verb = change.operation === 'destroy' ? 'destroyed' : 'applied'
  const are = (list: readonly ChangeNode[]) => (list.length === 1 ? 'is' : 'are')
  return [
    planned.length === 0
      ? ''
      : `${names(planned)} ${are(planned)} ${verb} exactly as shown, or not at all`,
    provisional.length === 0
      ? ''
      : `${names(provisional)} ${are(provisional)} planned again with the real values; ${verb} without being asked again only if the same resources change in the same way and every value that is known now is the same`,
    deferred.length === 0
      ? ''
      : `${names(deferred)} ${are(deferred)} planned when what ${deferred.length === 1 ? 'it waits' : 'they wait'} for is known, and ${deferred.length === 1 ? 'has' : 'have'} to be approved then`,
    ...environments
      .filter((one) => nodes.some((node) => node.environment === one.name && isOpen(node)))
      .flatMap((one) => gateSentence(one, change.id)),
  ].filter((sentence) => sentence !== '')
}

function isOpen({ result }: ChangeNode): boolean {
  return result === 'planned' || result === 'provisional' || result === 'deferred'
}

/** In an environment with a gate it is not enough to apply. */
function gateSentence({ name, gate }: ChangeEnvironment, id: number): string[] {
  const environment = sanitiseLine(name)
  if (gate === undefined || gate.approvals === 0) return []
  if (gate.approvals === 1 && gate.from.length === 0) {
    return [
      `${environment} waits for one approval: portolan approve ${changeName(id)} -e ${environment}`,
    ]
  }
  const who = gate.from.length === 0 ? '' : ` by ${gate.from.map(sanitiseLine).join(', ')}`
  return [
    `${environment} waits for ${plural(gate.approvals, 'approval')}${who}: that needs a server`,
  ]
}

function names(nodes: readonly ChangeNode[]): string {
  return namesText(nodes.map((node) => node.name))
}

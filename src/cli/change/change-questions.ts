import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import { plural } from '../render/text.ts'
import type { ChangeSession } from './change-session.ts'

/** `all`: also what this environment's other workspaces will turn out to be. */
export type Answer = 'yes' | 'no' | 'all'

/** Asks a person to agree to plans of one environment. */
export async function askToApply(
  { call }: Pick<ChangeSession, 'call'>,
  view: ChangeView,
  { environment, open }: { readonly environment: string; readonly open: readonly ChangeNode[] },
): Promise<Answer> {
  const { terminal } = call
  if (view.change.operation === 'destroy' && open.length > 1) {
    const what = plural(open.length, 'workspace')
    const typed = await terminal.ask(
      `\nThis ends ${what} of ${environment}. To go on, type the name of the environment: `,
    )
    return typed?.trim() === environment ? 'yes' : 'no'
  }
  const later = view.nodes.filter(
    (node) =>
      node.environment === environment &&
      (node.result === 'deferred' || node.result === 'provisional' || node.result === 'pending'),
  )
  const answers = later.length === 0 ? 'yes/no' : 'yes/no/all'
  const [first] = open
  const what =
    open.length === 1 && first !== undefined ? first.name : `${plural(open.length, 'plan')}`
  const verb = view.change.operation === 'destroy' ? 'Destroy' : 'Apply'
  const where = open.length === 1 ? '' : ` to ${environment}`
  if (later.length > 0) {
    terminal.print('', terminal.style.dim(laterText(later)))
  }
  const typed = await terminal.ask(`\n${verb} ${what}${where}? [${answers}] `)
  switch (typed?.trim().toLowerCase()) {
    case 'yes':
      return 'yes'
    case 'all':
      return later.length > 0 ? 'all' : 'no'
    default:
      return 'no'
  }
}

function laterText(later: readonly ChangeNode[]): string {
  const names = later.slice(0, 6).map((node) => node.component)
  const more = later.length > names.length ? ` and ${later.length - names.length} more` : ''
  return `${names.join(', ')}${more}: planned for real on the way, and asked for again if anything differs (all: not asked again).`
}

import { type ChangeView, changeName } from '../../../changes/index.ts'
import { shortActor } from '../run-view.ts'
import { plural, sanitiseLine } from '../text.ts'
import type { Layout } from './layout.ts'

/** Which change it is: what it wants, why, who wants it, and from which commit. */
export function changeHead({ change, nodes }: ChangeView, { style }: Layout): string[] {
  const { source, options } = change
  const reason = sanitiseLine(change.reason)
  const facts = [
    change.operation === 'destroy' ? 'destroys' : '',
    plural(nodes.length, 'workspace'),
    `by ${shortActor(change.actor)}`,
    sourceText(source),
    options.selection === '' ? '' : `selected with ${sanitiseLine(options.selection)}`,
    ...Object.entries(options.set).map(([name, value]) => sanitiseLine(`--set ${name}=${value}`)),
    options.force ? '--force' : '',
  ].filter((fact) => fact !== '')
  return [
    `${style.bold(changeName(change.id))}${reason === '' ? '' : `  ${reason}`}`,
    style.dim(`  ${facts.join(' · ')}`),
  ]
}

function sourceText({ commit, branch, dirty }: ChangeView['change']['source']): string {
  const at = commit === undefined ? 'no commit yet' : commit.slice(0, 10)
  const on = branch === undefined ? '' : ` on ${sanitiseLine(branch)}`
  return `${at}${on}${dirty ? ', with uncommitted changes' : ''}`
}

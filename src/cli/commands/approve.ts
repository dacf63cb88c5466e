import { type ChangeNode, type ChangeView, changeName } from '../../changes/index.ts'
import { invalid } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import type { RepositoryPlace } from '../change/change-place.ts'
import { isPlanned, only, shownPlans } from '../change/change-session.ts'
import { environmentsIn, withRecordedChange } from '../change/kept-change.ts'
import {
  type PullRequestFlag,
  requireNamed,
  withNewestChange,
} from '../pull-request/newest-change.ts'
import { summaryLine } from '../render/run-view.ts'
import { table } from '../render/table.ts'
import { plural } from '../render/text.ts'
import { requireChange } from '../typed.ts'

interface Flags extends PullRequestFlag {
  readonly environment?: readonly string[]
  readonly override?: string
  readonly yes?: boolean
}

/** Shows the plans of a change that wait, and approves exactly these. */
export async function run(given: Call<Flags>): Promise<number> {
  const call = await withNewestChange(given)
  const [name, ...names] = call.args
  const change = requireChange(requireNamed(name, 'change'))
  return withRecordedChange(call, change, async (place, view) => {
    const environments = environmentsIn(view, call.flags.environment)
    const meant = only(
      view,
      (node) =>
        (environments?.includes(node.environment) ?? true) &&
        (names.length === 0 || names.includes(node.name) || names.includes(node.component)),
    )
    refuseUnknown(view, names)
    const planned = meant.nodes.filter(isPlanned)
    if (planned.length > 0 && !(await isAgreed(call, place, meant))) return exit.error
    const { approved } = await place.services.work.approveChange({
      changeId: view.change.id,
      actor: place.location.actor,
      environments,
      workspaces: names.length === 0 ? undefined : meant.nodes.map((node) => node.name),
      override: call.flags.override,
    })
    show(call, meant, approved)
    return exit.done
  })
}

function refuseUnknown(view: ChangeView, names: readonly string[]): void {
  for (const name of names) {
    if (view.nodes.some((node) => node.name === name || node.component === name)) continue
    throw invalid(`${changeName(view.change.id)} has no workspace ${JSON.stringify(name)}`, {
      next: `It has: ${view.nodes.map((node) => node.name).join(', ')}.`,
    })
  }
}

/** Shows the plans, and asks unless that is answered already. */
async function isAgreed(
  call: Call<Flags>,
  place: RepositoryPlace,
  view: ChangeView,
): Promise<boolean> {
  const { terminal, flags } = call
  const planned = view.nodes.filter(isPlanned)
  const asked = { call, place }
  terminal.print(
    ...(await shownPlans(
      asked,
      only(view, (node) => planned.includes(node)),
    )),
  )
  terminal.print('', ...table(await Promise.all(planned.map((node) => digestRow(place, node)))))
  if (flags.yes === true) return true
  if (!terminal.interactive) {
    throw invalid('nobody can be asked here', { next: 'Say --yes to approve exactly these plans.' })
  }
  const name = changeName(view.change.id)
  const answer = await terminal.ask(
    `\nApprove ${plural(planned.length, 'plan')} of ${name}? [yes/no] `,
  )
  if (answer?.trim().toLowerCase() === 'yes') return true
  terminal.print('Nothing was approved.')
  return false
}

async function digestRow({ services }: RepositoryPlace, node: ChangeNode): Promise<string[]> {
  const plan = node.run === undefined ? undefined : await services.runs.plan(node.run.id)
  const summary = node.run?.summary
  return [
    node.name,
    plan?.digest.slice(0, 12) ?? '',
    node.result === 'provisional' ? 'provisional' : '',
    summary === undefined ? '' : summaryLine(summary),
  ]
}

/** Nobody knows its plan yet. */
function isLater({ result }: ChangeNode): boolean {
  return result === 'deferred' || result === 'pending'
}

function show(call: Call<Flags>, view: ChangeView, approved: readonly string[]): void {
  const { terminal } = call
  const name = changeName(view.change.id)
  const later = view.nodes.filter(isLater)
  terminal.emit({ event: 'approved', at: new Date(), change: name, workspaces: approved })
  terminal.print(
    '',
    `${terminal.style.good('Approved')} ${approved.join(', ')}.`,
    ...(later.length === 0
      ? []
      : [
          `${later.map((node) => node.name).join(', ')} cannot be planned before these are applied, and will ask again.`,
        ]),
    `${terminal.style.accent('→')} portolan resume ${name}   goes on where it waited`,
  )
}

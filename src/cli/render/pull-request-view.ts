import type { z } from 'zod'
import type { PullRequestItem, PullRequestView } from '../../api/pull-requests/schema.ts'
import type { Style } from './style.ts'
import { sanitiseLine } from './text.ts'
import { ago } from './time.ts'

type Item = z.output<typeof PullRequestItem>
type View = z.output<typeof PullRequestView>

interface Layout {
  readonly style: Style
  readonly now: Date
}

/** A line of a list: number, what it is, by whom, where it stands. */
export function pullRequestRow(one: Item, { style, now }: Layout): string[] {
  return [
    style.accent(`#${one.number}`),
    sanitiseLine(one.title),
    sanitiseLine(one.author),
    ago(new Date(one.createdAt), now),
    sanitiseLine(one.verdict),
  ]
}

/** What it is, and where it stands. */
export function pullRequestHead(one: Item, style: Style): string[] {
  const draft = one.isDraft ? ' (draft)' : ''
  const { headBranch, baseBranch, headCommit } = one
  return [
    `${style.bold(`#${one.number}  ${sanitiseLine(one.title)}`)}${draft}`,
    `  ${sanitiseLine(`${headBranch} → ${baseBranch}`)}  ${style.dim(headCommit.slice(0, 10))}  by ${sanitiseLine(one.author)}`,
    `  ${sanitiseLine(one.verdict)}`,
  ]
}

const COMMANDS = 5
const COMMENTS = 10

/** All of it: where it stands, who holds what it needs, what was asked for and said. */
export function pullRequestLines(one: View, { style, now }: Layout): string[] {
  return [
    ...pullRequestHead(one, style),
    `  ${sanitiseLine(one.url ?? '')}`,
    ...(one.change === undefined
      ? []
      : [
          `  planned as change-${one.change.id}   ${style.accent('→')} portolan status change-${one.change.id}`,
        ]),
    ...(one.mergeRefused === undefined || one.status !== 'open'
      ? []
      : [`  not merged yet: ${sanitiseLine(one.mergeRefused)}`]),
    ...reservationLines(one),
    ...section('Commands', one.commands.slice(-COMMANDS).flatMap(commandLines), style),
    ...section('Comments', commentLines(one, now), style),
  ]
}

function reservationLines({ number, reservations }: View): string[] {
  return reservations
    .filter(({ place }) => place > 0)
    .map(
      ({ workspace, holder }) =>
        `  ${sanitiseLine(workspace)} is reserved by #${holder.number} before #${number}`,
    )
}

function commandLines({ author, body, status, answer }: View['commands'][number]): string[] {
  const said = `  ${sanitiseLine(author)}: ${sanitiseLine(body)}`
  return [
    `${said}  (${status})`,
    ...(answer === undefined ? [] : answer.split('\n').map((line) => `    ${sanitiseLine(line)}`)),
  ]
}

function commentLines({ comments }: View, now: Date): string[] {
  return comments
    .filter(({ isPortolans }) => !isPortolans)
    .slice(-COMMENTS)
    .flatMap(({ author, body, createdAt }) => [
      `  ${sanitiseLine(author)}, ${ago(new Date(createdAt), now)}:`,
      ...body.split('\n').map((line) => `    ${sanitiseLine(line)}`),
    ])
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.bold(title), ...lines]
}

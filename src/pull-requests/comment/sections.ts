import type { ChangeView } from '../../changes/index.ts'
import { helpText } from '../command-help.ts'
import type { CommentFacts } from './facts.ts'
import { fittingLines, shortened, shortSentence } from './fitting.ts'
import { code } from './harmless.ts'
import { digestOfPlans, SHOWN_DIGITS } from './plans-digest.ts'

const SHOWN_COMMANDS = 5
const NAMED = 5

// What applying does by itself: who applies agrees; it goes by dependencies, and from environment to environment.
const byItself: readonly string[] = ['approved', 'upstreams', 'promotion']

const more = (count: number) => `- and ${count} more`

/** What must hold before it may be applied and does not, each with the workspaces that it concerns. */
export function inTheWay({ requirements }: CommentFacts, view: ChangeView, bytes: number): string {
  const names = new Map<string, string[]>()
  for (const node of view.nodes.filter(({ result }) => result === 'planned')) {
    for (const { name, met, sentence } of requirements.get(node.name) ?? []) {
      if (met || byItself.includes(name)) continue
      names.set(sentence, [...(names.get(sentence) ?? []), node.name])
    }
  }
  const lines = [...names].map(
    ([sentence, workspaces]) => `- ${namesOf(workspaces)}: ${shortSentence(sentence, 500)}`,
  )
  return titled('What is in the way', lines, bytes)
}

export function reservationLines({ reservations }: CommentFacts, bytes: number): string {
  const lines = reservations
    .filter(({ place }) => place > 0)
    .map(({ workspace, holder, place }) => {
      const turn =
        place === 1 ? 'this one is next' : `this one is number ${place} of those that wait`
      return `- ${shortened(code, workspace, 200)} is held by ${code(`#${holder}`)}; ${turn}`
    })
  return titled('Held by other pull requests', lines, bytes)
}

export function noteLines({ notes }: CommentFacts, bytes: number): string {
  return fittingLines(
    notes.map((note) => `- ${shortSentence(note, 500)}`),
    bytes,
    more,
  ).join('\n')
}

export function problemLines({ pullRequest }: CommentFacts, bytes: number): string {
  const { problem, problemPlaces } = pullRequest
  if (problem === undefined) return ''
  const lines = problemPlaces.map((place) => `- ${shortSentence(place, 500)}`)
  return fittingLines(lines, bytes, more).join('\n')
}

/** What people asked for, and what became of it. */
export function commandLines({ commands, word }: CommentFacts, bytes: number): string {
  const last = commands.slice(-SHOWN_COMMANDS)
  const lines = last.map(({ author, command, status, answer }) => {
    const what = command === undefined ? '' : ` ${shortened(code, command, 200)}`
    const isHelp = command === 'help' || command?.startsWith('help ')
    const said = status === 'received' ? 'is looked at' : isHelp ? 'see below' : (answer ?? status)
    return `- ${shortened(code, author, 100)}${what}: ${shortSentence(said, 500)}`
  })
  const newest = last.at(-1)?.command
  const about = newest?.startsWith('help ') ? newest.slice(5) : undefined
  const help =
    newest === 'help' || about !== undefined ? `\n\n${helpText({ names: [word] }, about)}` : ''
  return titled('Commands', lines, bytes) + help
}

/** The digest of what is planned, and what one can type. */
export function commandsToCopy({ word, waits, view }: CommentFacts): string {
  if (view === undefined || view.change.status !== 'open') return ''
  const has = (...results: readonly string[]) =>
    view.nodes.some(({ result }) => results.includes(result))
  const digest = digestOfPlans(view)?.slice(0, SHOWN_DIGITS)
  const asks = waits.some(({ to }) => to === 'approve')
  const lines = [
    ...(asks && digest !== undefined
      ? [`- agree to these plans: \`${word} approve ${digest}\``]
      : []),
    ...(has('planned') ? [`- apply them: \`${word} apply\``] : []),
    ...(has('failed', 'cancelled') ? [`- start again at what failed: \`${word} resume\``] : []),
    ...(has('planning', 'applying') ? [`- stop: \`${word} cancel\``] : []),
    `- plan again: \`${word} plan\`; give up: \`${word} discard\`; what else there is: \`${word} help\``,
  ]
  const plans = digest === undefined ? [] : [`Digest of these plans: \`${digest}\``, '']
  return [...plans, ...lines].join('\n')
}

function titled(title: string, lines: readonly string[], bytes: number): string {
  if (lines.length === 0) return ''
  return [`**${title}**`, '', ...fittingLines(lines, bytes - 60, more)].join('\n')
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => shortened(code, name, 120))
  const left = names.length - shown.length
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`
}

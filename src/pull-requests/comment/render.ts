import { changeName } from '../../changes/index.ts'
import { verdictOf } from '../verdict.ts'
import { countsOf } from './counts-text.ts'
import { detailsOf } from './details.ts'
import { type CommentFacts, type CommentLimits, usualLimits } from './facts.ts'
import { shortSentence } from './fitting.ts'
import { bytesOf, code, link } from './harmless.ts'
import { nextStep } from './next-step.ts'
import {
  commandLines,
  commandsToCopy,
  inTheWay,
  noteLines,
  problemLines,
  reservationLines,
} from './sections.ts'
import { quietLine, tableOf } from './table.ts'

/**
 * The one comment of a pull request, as markdown of at most `limits.whole` bytes. Of what does not fit,
 * whatever is least important is behind a link.
 */
export function renderComment(facts: CommentFacts, limits: CommentLimits = usualLimits): string {
  const share = (part: number) => Math.floor(limits.whole * part)
  const view = isOfHead(facts) ? facts.view : undefined
  const parts: readonly Part[] = [
    { importance: 0, text: `${facts.marker}\n${verdictLine(facts)}` },
    { importance: 2, text: problemLines(facts, share(0.1)) },
    { importance: 3, text: noteLines(facts, share(0.06)) },
    { importance: 2, text: view === undefined ? '' : tableOf(facts, view, share(0.35)) },
    { importance: 6, text: view === undefined ? '' : quietLine(view, share(0.05)) },
    { importance: 3, text: view === undefined ? '' : inTheWay(facts, view, share(0.06)) },
    { importance: 4, text: reservationLines(facts, share(0.05)) },
    { importance: 5, text: commandLines(facts, share(0.06)) },
    { importance: 1, text: view === undefined ? '' : commandsToCopy(facts) },
  ]
  const foot = { importance: 1, text: footer(facts) }
  const kept = fitting([...parts, foot], limits.whole)
  const room = limits.whole - bytesOf(joined(kept)) - 2
  const details = view === undefined ? '' : detailsOf(facts, view, { ...limits, whole: room })
  // Below everything that people have to read, above the small print.
  const withoutFoot = kept.filter((text) => text !== foot.text)
  return joined([...withoutFoot, details, ...kept.filter((text) => text === foot.text)])
}

interface Part {
  /** 0 is always there. */
  readonly importance: number
  readonly text: string
}

/** The texts that fit, the most important of them, in the order in which they are given. */
function fitting(parts: readonly Part[], bytes: number): string[] {
  const kept = new Set<Part>()
  let room = bytes
  for (const part of parts.toSorted((a, b) => a.importance - b.importance)) {
    const needed = bytesOf(part.text) + 2
    if (part.text === '' || (needed > room && part.importance > 0)) continue
    kept.add(part)
    room -= needed
  }
  return parts.filter((part) => kept.has(part)).map(({ text }) => text)
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n')
}

/** What is shown is of the head as it is: plans of a former one would be taken for it. */
export function isOfHead({ pullRequest }: Pick<CommentFacts, 'pullRequest'>): boolean {
  const { planned, headCommit, status } = pullRequest
  return planned?.head === headCommit || status !== 'open'
}

/** Where it stands, in one sentence. */
export function verdictText(facts: CommentFacts): string {
  const { view, working, waits, pullRequest } = facts
  const change = view && {
    status: view.change.status,
    closedBecause: view.change.closedBecause,
    working,
    counts: countsOf(view),
    waits,
  }
  return verdictOf({ pullRequest, change })
}

function verdictLine(facts: CommentFacts): string {
  const verdict = shortSentence(capital(verdictText(facts)), 700)
  const next = shortSentence(nextStep(facts), 600)
  return `**${verdict}.**${next === '' ? '' : ` ${next}`}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function footer({ pullRequest, view, urls }: CommentFacts): string {
  const { planned, baseBranch, headCommit } = pullRequest
  const name = view === undefined ? 'Portolan' : changeName(view.change.id)
  const of =
    planned === undefined || planned.head !== headCommit
      ? code(headCommit.slice(0, 10))
      : `${code(planned.head.slice(0, 10))} merged with ${code(baseBranch.slice(0, 100))} at ${code(planned.base.slice(0, 10))}`
  return `<sub>${link(name, urls.change)}: ${of}</sub>`
}

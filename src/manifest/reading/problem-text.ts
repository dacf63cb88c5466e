import { lettersOf, widthOf } from '../../platform/width.ts'
import type { Position } from '../node.ts'
import type { Problem } from '../problem.ts'

/** A line of a file, from 1; undefined when it cannot be read. */
export type LineOf = (file: string, line: number) => string | undefined

const MOST_SHOWN = 50
const MOST_COLUMNS = 100
const MAIN_FILE = 'portolan.yaml'

/** Every problem with its place, its line, a caret and what to do, in the order of their places. */
export function renderProblems(problems: readonly Problem[], lineOf: LineOf): string {
  const sorted = inOrder(problems)
  const shown = sorted.slice(0, MOST_SHOWN).map((problem) => renderProblem(problem, lineOf))
  const more = sorted.length - shown.length
  const [only] = shown
  if (shown.length === 1 && only !== undefined) return only
  return [
    `${sorted.length} problems in ${filesOf(sorted)}`,
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n\n')
}

/** By file, line and column; what is said twice is said once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map(problems.map((one) => [JSON.stringify([one.at, one.message]), one]))
  return [...distinct.values()].sort((a, b) => {
    if (a.at === undefined || b.at === undefined) return Number(!!a.at) - Number(!!b.at)
    return compareFiles(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column
  })
}

function compareFiles(a: string, b: string): number {
  if (a === b) return 0
  if (a === MAIN_FILE || b === MAIN_FILE) return a === MAIN_FILE ? -1 : 1
  return a < b ? -1 : 1
}

function filesOf(problems: readonly Problem[]): string {
  const files = [...new Set(problems.flatMap(({ at }) => (at === undefined ? [] : [at.file])))]
  const [first, ...others] = files
  if (first === undefined) return 'the manifest'
  if (others.length === 0) return first
  return `${files.length} files`
}

function renderProblem({ at, message, next }: Problem, lineOf: LineOf): string {
  const arrow = next === undefined ? [] : [`→ ${next}`]
  if (at === undefined) return [message, ...arrow].join('\n')
  const head = `${at.file}:${at.line}:${at.column}: ${message}`
  const line = lineOf(at.file, at.line)
  return [head, ...(line === undefined ? [] : quote(line, at)), ...arrow].join('\n')
}

/** The line and below it a caret; of a long line the part around it. */
function quote(line: string, at: Position): string[] {
  const before = plain(line.slice(0, at.column - 1))
  const after = plain(line.slice(at.column - 1)).trimEnd()
  if (before.trim() === '' && after === '') return []
  const start = cutStart(before)
  const room = Math.max(20, MOST_COLUMNS - widthOf(start))
  return [`  ${start}${cutEnd(after, room)}`, `  ${' '.repeat(widthOf(start))}^`]
}

// A tab would be as wide as the terminal likes, and two lines must agree.
function plain(text: string): string {
  return text.replaceAll('\t', '  ').replace(/\p{Cc}/gu, '')
}

function cutStart(text: string): string {
  if (widthOf(text) <= MOST_COLUMNS / 2) return text
  const letters = [...lettersOf(text)]
  let width = widthOf(text)
  let from = 0
  for (; width > MOST_COLUMNS / 2 - 1; from += 1) width -= letters[from]?.width ?? 0
  const kept = letters.slice(from).map((letter) => letter.text)
  return `…${kept.join('')}`
}

function cutEnd(text: string, columns: number): string {
  let width = 0
  let kept = ''
  for (const letter of lettersOf(text)) {
    width += letter.width
    if (width > columns) return `${kept}…`
    kept += letter.text
  }
  return kept
}

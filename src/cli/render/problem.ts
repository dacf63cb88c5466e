import type { Style } from './style.ts'
import { sanitise } from './text.ts'

/** A refusal as it is shown: what happened, and what to do next. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly next: string | undefined
  readonly details: Readonly<Record<string, unknown>>
}

/** The one form of errors: `error: what happened`, then `→ what to do next`. */
export function renderProblem(problem: Problem, style: Style): string[] {
  const [first = '', ...more] = sanitise(problem.message).trim().split('\n')
  const lines = [
    `${style.bad(style.bold('error:'))} ${first}`,
    ...more.map((line) => (line === '' ? '' : `  ${line}`)),
  ]
  if (problem.next === undefined) return lines
  const [next = '', ...others] = sanitise(problem.next).trim().split('\n')
  return [...lines, `${style.accent('→')} ${next}`, ...others.map((line) => `  ${line}`)]
}

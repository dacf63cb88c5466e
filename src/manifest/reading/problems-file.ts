import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type AppError, invalid } from '../../platform/errors.ts'
import type { Problem } from '../problem.ts'
import { inOrder, type LineOf, renderProblems } from './problem-text.ts'

/** All that is wrong, each with its place, its line and a caret, as one refusal. */
export function problemsError(root: string, problems: readonly Problem[]): AppError {
  return invalid(renderProblems(problems, linesOf(root)), {
    details: { problems: inOrder(problems) },
  })
}

function linesOf(root: string): LineOf {
  const files = new Map<string, readonly string[]>()
  return (file, line) => {
    const lines = files.get(file) ?? readLines(path.join(root, file))
    files.set(file, lines)
    return lines[line - 1]
  }
}

// A refusal must not fail because the line that it would quote is gone.
function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
  } catch {
    return []
  }
}

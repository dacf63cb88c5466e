import { type AppError, invalid } from '../../platform/errors.ts'
import type { Problem } from '../problem.ts'

/** All that is wrong, each with its place, its line and a caret, as one refusal. */
export function problemsError(_root: string, problems: readonly Problem[]): AppError {
  return invalid(problems.map((problem) => problem.message).join('\n'), { details: { problems } })
}

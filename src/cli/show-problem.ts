import type { AppError } from '../platform/errors.ts'
import { renderProblem } from './render/problem.ts'
import { colored, plain } from './render/style.ts'
import type { Terminal } from './terminal.ts'

/** Shows a refusal: on standard error for people, as an event with `--json`. */
export function showProblem(terminal: Terminal, error: AppError): void {
  const { code, message, next, details } = error
  terminal.emit({
    event: 'error',
    at: new Date().toISOString(),
    code,
    message,
    ...(next === undefined ? {} : { next }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  })
  const style = terminal.style === plain || !process.stderr.isTTY ? plain : colored
  terminal.note(...renderProblem({ code, message, next, details }, style))
}

import { invalid } from '../platform/errors.ts'

/** Reads `run-42` or `42`; undefined for anything else. */
export function parseRunName(text: string): number | undefined {
  const digits = /^(?:run-)?(\d{1,15})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** @throws AppError `invalid` when the text names no run */
export function requireRun(text: string): number {
  const id = parseRunName(text)
  if (id !== undefined) return id
  throw invalid(`${JSON.stringify(text)} is no run`, {
    next: 'A run is written run-42. `portolan history` lists them.',
  })
}

/** Reads `change-7`; undefined for anything else. */
export function parseChangeName(text: string): number | undefined {
  const digits = /^change-(\d{1,15})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** @throws AppError `invalid` when the text names no change */
export function requireChange(text: string): number {
  const id = parseChangeName(text)
  if (id !== undefined) return id
  throw invalid(`${JSON.stringify(text)} is no change`, {
    next: 'A change is written change-7. `portolan history` lists them.',
  })
}

/** @throws AppError `invalid` when the reason is missing or blank */
export function requireReason(reason: string | undefined, what: string): string {
  if (reason !== undefined && reason.trim() !== '') return reason.trim()
  throw invalid(`${what} needs a reason, which is recorded`, { next: 'Add --reason "…".' })
}

/** @throws AppError `invalid` when the text is no whole number above zero */
export function requireCount(text: string, what: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw invalid(`${what} must be a whole number above 0, not ${JSON.stringify(text)}`)
}

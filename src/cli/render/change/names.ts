import { sanitiseLine } from '../text.ts'

const NAMED = 8

/** `db@dev, api@dev and 12 more` */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(sanitiseLine)
  const more = names.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

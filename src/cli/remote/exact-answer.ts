import { ExactNumber } from '../../state/index.ts'

/** JSON whose numbers keep every digit: those of states are not always numbers of JavaScript. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, keepDigits)
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : new ExactNumber(context.source)
}

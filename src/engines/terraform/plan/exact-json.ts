declare global {
  interface JSON {
    /** Text that `JSON.stringify` writes as it is (ECMAScript 2026, Node 22). */
    rawJSON(text: string): object
  }
}

/**
 * Parses JSON so that `JSON.stringify` gives every number back digit by digit: one that JavaScript
 * would change becomes an opaque object. Objects have no prototype tricks: `__proto__` is a key.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseExact(text: string): unknown {
  // Only a long number can be changed by JavaScript, and without one the plain parser is far faster.
  if (!/\d{16}|\d[eE]|\.\d+[eE]/.test(text)) return JSON.parse(text)
  return JSON.parse(text, keepDigits)
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : JSON.rawJSON(context.source)
}

/** The digits of a number that {@link parseExact} kept; undefined for any other value. */
export function exactText(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'rawJSON' in value && Object.isFrozen(value)
    ? String(value.rawJSON)
    : undefined
}

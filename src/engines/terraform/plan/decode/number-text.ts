import { Unreadable } from '../unreadable.ts'

/**
 * A number that `JSON.stringify` writes with all its digits and without an exponent, as Terraform
 * writes it.
 * @param text decimal digits, as JavaScript writes them (`1e-7`) or without an exponent.
 * @throws Unreadable for a number that JSON does not have.
 */
export function exactNumber(text: string): unknown {
  const digits = withoutExponent(text)
  return String(Number(digits)) === digits ? Number(digits) : JSON.rawJSON(digits)
}

function withoutExponent(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text)
  if (parts === null) throw new Unreadable('a number is not finite')
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const shift = Number(exponent)
  if (shift === 0) return text
  if (shift > 0) {
    const digits = fraction.padEnd(shift, '0')
    const rest = digits.slice(shift)
    return `${sign}${whole}${digits.slice(0, shift)}${rest === '' ? '' : `.${rest}`}`
  }
  return `${sign}0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}`
}

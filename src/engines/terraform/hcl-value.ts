import type { Value } from '../../platform/value.ts'
import { isList } from '../../platform/value-json.ts'

/** A value as an HCL expression that means exactly it, whatever it holds. */
export function hclValue(value: Value): string {
  if (typeof value === 'string') return hclText(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(hclValue).join(', ')}]`
  const members = Object.entries(value).map(
    ([key, member]) => `${hclText(key)} = ${hclValue(member)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A quoted text. HCL knows fewer escapes than JSON, and opens templates where JSON has plain text. */
export function hclText(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replace(/\\(.)/g, (pair, escaped: string) => {
      if (escaped === 'b') return '\\u0008'
      return escaped === 'f' ? '\\u000c' : pair
    })
    .replace(/[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'))
}

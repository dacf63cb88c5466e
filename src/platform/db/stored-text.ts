/**
 * Text as PostgreSQL can keep it: programs print NUL characters and broken surrogates, which neither
 * `text` nor `jsonb` takes.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** JSON text for a `jsonb` column. */
export function storableJson(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storableText(part) : part,
  )
}

/**
 * The address as it stands in the configuration: `module.a["x"].t.n[0]` becomes `module.a.t.n`.
 * Instance keys may hold any text, brackets and escaped quotes too.
 */
export function configAddress(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '')
}

/** True when `text` fits the pattern, in which `*` stands for any text, dots included. */
export function matchesGlob(text: string, pattern: string): boolean {
  const pieces = pattern.split('*')
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return text === pattern
  const last = pieces.at(-1) ?? ''
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let from = first.length
  const end = text.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from)
    if (at < 0 || at + piece.length > end) return false
    from = at + piece.length
  }
  return true
}

/** Like `matchesGlob`, and a pattern without instance keys or of a module covers all that is in it. */
export function coversAddress(pattern: string, address: string): boolean {
  return [address, configAddress(address)].some(
    (text) => matchesGlob(text, pattern) || matchesGlob(text, `${pattern}.*`),
  )
}

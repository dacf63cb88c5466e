/** Text of somebody else's for a sentence: without control characters, and cut. */
export function shownText(text: string, most: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return cut(line, most)
}

/** At most so many characters, never half of one. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

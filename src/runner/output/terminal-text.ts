// Everything that moves the cursor, clears, links, copies or rings; colours (`m`) are kept.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
  /\x1b\[(?<sgr>[0-9;:]*m)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
const controls = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g

// Characters that reorder or hide the text around them.
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * One line of a program's output as it may be shown on a terminal or a page: no escape codes but
 * colours, no control characters, nothing that changes the direction of text.
 */
export function plainText(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: most lines have none of them.
  if (!/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(line)) {
    return line
  }
  return line
    .replace(/\r+$/, '')
    .replaceAll('\r', '\n')
    .replace(escapes, (...found) => {
      const groups: unknown = found.at(-1)
      const sgr = typeof groups === 'object' && groups !== null && 'sgr' in groups && groups.sgr
      return typeof sgr === 'string' ? `\u001b[${sgr}` : ''
    })
    .replace(controls, '')
    .replace(
      bidirectional,
      (character) => `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`,
    )
}

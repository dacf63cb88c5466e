import { bytesOf, cut, sentence } from './harmless.ts'

/** A sentence from outside that takes at most so many bytes when it is harmless. */
export function shortSentence(text: string, bytes: number): string {
  return shortened(sentence, text, bytes)
}

/** What is made of the longest beginning of a text that fits. */
export function shortened(make: (text: string) => string, text: string, bytes: number): string {
  for (let most = bytes; most > 3; most = Math.floor(most / 2)) {
    const made = make(cut(text, most))
    if (bytesOf(made) <= bytes) return made
  }
  return ''
}

/** As many lines as fit; `more` says how many did not. */
export function fittingLines(
  lines: readonly string[],
  bytes: number,
  more: (count: number) => string,
): string[] {
  const kept: string[] = []
  let room = bytes
  for (const [at, line] of lines.entries()) {
    const left = lines.length - at
    const rest = left === 1 ? 0 : bytesOf(more(left - 1)) + 1
    const needed = bytesOf(line) + 1
    if (needed + rest > room) return bytesOf(more(left)) <= room ? [...kept, more(left)] : kept
    kept.push(line)
    room -= needed
  }
  return kept
}

import type { Document } from 'yaml'
import type { Position } from '../node.ts'
import { yaml } from './yaml-library.ts'

/** What the YAML library makes of a text; `too deep` when it cannot be followed. */
export interface ParsedYaml {
  readonly documents: readonly Document.Parsed[] | 'too deep'
  /** Place of an offset in the text. */
  readonly at: (offset: number) => Position
}

/** Parses YAML 1.2. Whole numbers become bigint; keys that are written twice are left to us. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const at = placesIn(file, text)
  try {
    const parsed = yaml().parseAllDocuments(text, {
      intAsBigInt: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    })
    return { documents: 'empty' in parsed ? [] : parsed, at }
  } catch (error) {
    if (error instanceof RangeError) return { documents: 'too deep', at }
    throw error
  }
}

/** By the text itself: the library's own count misses lines behind some faults. */
function placesIn(file: string, text: string): ParsedYaml['at'] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1))
    starts.push(end + 1)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import type { Position } from '../node.ts'

/** What the YAML library makes of a text; `too deep` when it cannot be followed. */
export interface ParsedYaml {
  readonly documents: readonly Document.Parsed[] | 'too deep'
  /** Place of an offset in the text. */
  readonly at: (offset: number) => Position
}

/** Parses YAML 1.2. Whole numbers become bigint; keys that are written twice are left to us. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lineCounter = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter,
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

import type { Terminal } from './terminal.ts'

// A function takes no more arguments than its stack has room for.
const AT_ONCE = 10_000

/** Prints however many lines there are. */
export function printLines(terminal: Terminal, lines: readonly string[]): void {
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    terminal.print(...lines.slice(at, at + AT_ONCE))
  }
}

import type { Style } from './style.ts'
import { shownOutput } from './text.ts'

const chatter =
  /^(?:.*: )?(?:Refreshing state\.\.\.|Reading\.\.\.|Still reading\.\.\.|Read complete after|Preparing import\.\.\.).*$/

/** Terraform's output without the lines that only say that it is at work. */
export function planText(text: string, style: Style): string {
  return shownOutput(text, style)
    .split('\n')
    .filter((line) => !chatter.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

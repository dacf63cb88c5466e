import { useState } from 'react'
import { plainText } from '../features/log/plain-text.ts'

/** Text from outside on one line: nothing in it works unseen, and it ends somewhere. */
export function oneLine(text: string, longest = 200): string {
  const line = text
    .slice(0, 4 * longest)
    .replace(/\s+/g, ' ')
    .trim()
  const letters = Array.from(line)
  const shown = letters.length > longest ? `${letters.slice(0, longest).join('')}…` : line
  return plainText(shown)
}

export interface LongTextProps {
  readonly text: string
  /** Characters that are shown before somebody asks for all. */
  readonly longest?: number
}

/** Text from outside, whatever its length: cut, and all of it on demand. Inside of a block that wraps. */
export function LongText({ text, longest = 240 }: LongTextProps) {
  const [isOpen, setOpen] = useState(false)
  const letters = Array.from(text.slice(0, 4 * longest))
  if (letters.length <= longest && text.length <= 4 * longest) return <bdi>{plainText(text)}</bdi>
  return (
    <>
      <bdi className={isOpen ? 'whitespace-pre-wrap' : undefined}>
        {isOpen ? plainText(text) : `${plainText(letters.slice(0, longest).join(''))}…`}
      </bdi>{' '}
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="rounded-sm font-normal text-accent text-sm hover:underline"
      >
        {isOpen ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
      </button>
    </>
  )
}

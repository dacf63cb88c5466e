import { memo } from 'react'
import { classes } from '../../ui/class-names.ts'
import { type LogColor, styleOf } from './ansi-style.ts'
import type { LogLine } from './log-lines.ts'
import { split } from './log-search.ts'

const colors: Readonly<Record<LogColor, string>> = {
  red: 'text-danger',
  green: 'text-ok',
  yellow: 'text-warn',
  blue: 'text-info',
  magenta: 'text-wait',
  cyan: 'text-info',
  gray: 'text-muted',
}

function lookOf(sgr: string): string {
  const { color, bold, italic, underline, struck, marked } = styleOf(sgr)
  return classes(
    color && colors[color],
    bold && 'font-bold',
    italic && 'italic',
    underline && 'underline',
    struck && 'line-through',
    marked && 'rounded-xs bg-hover',
  )
}

/** More of one line is not shown: the raw log has it. */
const LONGEST = 10_000

export interface LogLineViewProps {
  readonly line: LogLine
  readonly index: number
  /** Of the greatest number. */
  readonly digits: number
  readonly wraps: boolean
  readonly search: string
  /** The one that the address names, or the search has come to. */
  readonly isMarked: boolean
  readonly onMark: (index: number) => void
}

/** A line with its number, which is an address of its own. */
export const LogLineView = memo(function LogLineView(props: LogLineViewProps) {
  const { line, index, digits, wraps, search, isMarked, onMark } = props
  return (
    <div
      className={classes(
        'flex min-w-full font-mono text-xs leading-5',
        isMarked ? 'bg-accent-soft' : 'bg-surface hover:bg-hover',
      )}
    >
      <a
        href={`#L${index + 1}`}
        id={`L${index + 1}`}
        aria-label={`Line ${index + 1}`}
        style={{ width: `calc(${digits}ch + 1.5rem)` }}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onMark(index)
        }}
        className="sticky left-0 shrink-0 select-none bg-inherit pr-3 text-right text-faint tabular-nums hover:text-ink focus-visible:outline-offset-[-2px]"
      >
        {index + 1}
      </a>
      <span
        dir="ltr"
        className={classes(
          'min-w-0 flex-1 pr-3 [tab-size:8]',
          wraps ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
        )}
      >
        {shortened(line).map(({ text, sgr }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans never change their places
          <SpanView key={at} text={text} sgr={sgr} search={search} />
        ))}
      </span>
    </div>
  )
})

function shortened({ spans }: LogLine): LogLine['spans'] {
  const length = spans.reduce((sum, { text }) => sum + text.length, 0)
  if (length <= LONGEST) return spans
  let left = LONGEST
  const kept = spans.flatMap((span) => {
    const text = span.text.slice(0, Math.max(0, left))
    left -= span.text.length
    return text === '' ? [] : [{ ...span, text }]
  })
  const missing = (length - LONGEST).toLocaleString('en')
  return [...kept, { text: ` … ${missing} more characters are in the raw log`, sgr: '3' }]
}

function SpanView({ text, sgr, search }: { text: string; sgr: string; search: string }) {
  const parts = split(text, search)
  const look = lookOf(sgr)
  const shown = parts.map(({ text: part, isMatch }, at) =>
    isMatch ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts never change their places
      <mark key={at} className="rounded-xs bg-warn-soft font-semibold text-warn underline">
        {part}
      </mark>
    ) : (
      part
    ),
  )
  return look === '' ? shown : <span className={look}>{shown}</span>
}

import { classes } from '../../ui/class-names.ts'
import type { DiffLine, Part, Tone } from './diff-lines.ts'
import type { Sign } from './diff-node.ts'

const toneLooks: Readonly<Record<Tone, string>> = {
  key: 'text-ink',
  mark: 'text-muted',
  old: 'text-danger',
  new: 'text-ok',
  same: 'text-muted',
  unknown: 'text-info italic',
  sensitive: 'text-wait italic',
  note: 'text-muted italic font-sans',
  forces:
    'ml-2 whitespace-nowrap rounded-full bg-danger-soft px-1.5 font-medium font-sans text-danger text-xs',
}

const signs: Readonly<
  Record<Sign, { readonly text: string; readonly tone: string; readonly word: string }>
> = {
  '+': { text: '+', tone: 'text-ok', word: 'added: ' },
  '-': { text: '−', tone: 'text-danger', word: 'removed: ' },
  '~': { text: '~', tone: 'text-warn', word: 'changed: ' },
  ' ': { text: '', tone: '', word: '' },
}

/** Deeper values are not indented any more: there would be no room for them. */
const DEEPEST = 14

/** Where a line begins, by how deep it stands. */
export function indentOf(depth: number): { readonly paddingInlineStart: string } {
  return { paddingInlineStart: `calc(${Math.min(depth, DEEPEST)} * var(--indent))` }
}

/** One line of a change, its sign in a column of its own. */
export function DiffLineView({ line, className }: { line: DiffLine; className?: string }) {
  const { sign, depth, parts } = line
  return (
    <div style={indentOf(depth)} className={classes('flex font-mono text-xs leading-5', className)}>
      <SignMark sign={sign} />
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts never change their places
          <PartView key={index} part={part} />
        ))}
      </span>
    </div>
  )
}

function SignMark({ sign }: { sign: Sign }) {
  const { text, tone, word } = signs[sign]
  return (
    <span className={classes('w-4 shrink-0 select-none font-semibold', tone)}>
      <span aria-hidden>{text}</span>
      {word !== '' && <span className="sr-only">{word}</span>}
    </span>
  )
}

function PartView({ part: { tone, text } }: { part: Part }) {
  return (
    <span dir={tone === 'mark' ? undefined : 'ltr'} className={toneLooks[tone]}>
      {tone === 'note' ? ` ${text}` : text}
    </span>
  )
}

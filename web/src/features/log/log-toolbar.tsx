import { ArrowDownToLine, ChevronDown, ChevronUp, Copy, Download, TextWrap } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { Button, buttonClasses, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { announce } from '../../ui/toast.tsx'
import type { LogBuffer, LogView } from './log-buffer.ts'

export interface LogToolbarProps {
  readonly runId: number
  readonly buffer: LogBuffer
  readonly view: LogView
  readonly text: string
  readonly matches: readonly number[]
  /** Which of the matches is shown; -1 for none. */
  readonly current: number
  readonly wraps: boolean
  readonly isFollowing: boolean
  readonly onSearch: (text: string) => void
  readonly onStep: (by: 1 | -1) => void
  readonly onWrap: () => void
  readonly onFollow: () => void
}

/** Search, follow, wrap, copy, raw log. */
export function LogToolbar(props: LogToolbarProps) {
  const { runId, view, wraps, isFollowing, onWrap, onFollow } = props
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox {...props} />
      <div className="flex flex-wrap items-center gap-1.5">
        {!view.isOver && (
          <Button
            size="small"
            look={isFollowing ? 'quiet' : 'primary'}
            aria-pressed={isFollowing}
            icon={<ArrowDownToLine aria-hidden className="size-3.5" />}
            onClick={onFollow}
          >
            {isFollowing ? 'Following' : 'Follow'}
          </Button>
        )}
        <IconButton size="small" label="Wrap long lines" aria-pressed={wraps} onClick={onWrap}>
          <TextWrap aria-hidden className={wraps ? 'size-4 text-accent' : 'size-4'} />
        </IconButton>
        <CopyAll {...props} />
        <a
          href={`/api/v1/runs/${runId}/log.txt`}
          download
          className={buttonClasses('quiet', 'small')}
        >
          <Download aria-hidden className="size-3.5" />
          Raw
        </a>
      </div>
    </div>
  )
}

function CopyAll({ buffer }: Pick<LogToolbarProps, 'buffer'>) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(buffer.text())
      announce('The log is copied, without its colours.')
    } catch {
      announce('The browser does not permit copying here: take the raw log.', 'warn')
    }
  }
  return (
    <IconButton size="small" label="Copy the log" onClick={copy}>
      <Copy aria-hidden className="size-3.5" />
    </IconButton>
  )
}

function SearchBox({ text, matches, current, onSearch, onStep }: LogToolbarProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    onStep(event.shiftKey ? -1 : 1)
  }
  const isEmpty = matches.length === 0
  return (
    <div className="flex min-w-0 flex-1 basis-56 items-center gap-1">
      <Input
        type="search"
        aria-label="Search in the log"
        placeholder="Search in the log"
        value={text}
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span
        role="status"
        className="min-w-20 whitespace-nowrap text-center text-muted text-sm tabular-nums"
      >
        {text !== '' && countText(matches.length, current)}
      </span>
      <IconButton size="small" label="Previous match" disabled={isEmpty} onClick={() => onStep(-1)}>
        <ChevronUp aria-hidden className="size-4" />
      </IconButton>
      <IconButton size="small" label="Next match" disabled={isEmpty} onClick={() => onStep(1)}>
        <ChevronDown aria-hidden className="size-4" />
      </IconButton>
    </div>
  )
}

function countText(count: number, current: number): string {
  if (count === 0) return 'no match'
  const all = count.toLocaleString('en')
  return current < 0 ? `${all} lines` : `${(current + 1).toLocaleString('en')} of ${all}`
}

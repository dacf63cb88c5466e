import { useLocation } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import type { LogBuffer, LogView } from './log-buffer.ts'
import { LogList } from './log-list.tsx'
import { LogSearch, nextMatch } from './log-search.ts'
import { LogToolbar } from './log-toolbar.tsx'

export interface LogContentsProps {
  readonly runId: number
  readonly buffer: LogBuffer
  readonly view: LogView
}

/** A log that says something: its lines, and what to do with them. */
export function LogContents({ runId, buffer, view }: LogContentsProps) {
  const linked = useLinkedLine()
  const [search, setSearch] = useState(() => new LogSearch(buffer, ''))
  const [text, setText] = useState('')
  const [wraps, setWraps] = useState(true)
  const [isFollowing, setFollowing] = useState(!view.isOver && linked === undefined)
  const [marked, setMarked] = useState(linked)
  const [target, setTarget] = useState<{ readonly line: number }>()
  const matches = search.upTo(view.count)
  const goTo = (line: number) => {
    setFollowing(false)
    setMarked(line)
    setTarget({ line })
  }
  const onLink = useEffectEvent((line: number) => {
    if (line < view.count && line !== marked) goTo(line)
  })
  useEffect(() => {
    if (linked !== undefined) onLink(linked)
  }, [linked])
  useFirstTarget(linked, view.count, goTo)
  const find = (wanted: string) => {
    setText(wanted)
    const next = new LogSearch(buffer, wanted)
    setSearch(next)
    const first = nextMatch(next.upTo(view.count), undefined, 1)
    if (first !== undefined) goTo(first)
  }
  const step = (by: 1 | -1) => {
    const line = nextMatch(matches, marked, by)
    if (line !== undefined) goTo(line)
  }
  const mark = (line: number) => {
    setMarked(line)
    history.replaceState(history.state, '', `#L${line + 1}`)
  }
  return (
    <div className="flex flex-col gap-2">
      <LogToolbar
        {...{ runId, buffer, view, text, wraps, isFollowing }}
        matches={matches}
        current={marked === undefined ? -1 : matches.indexOf(marked)}
        onSearch={find}
        onStep={step}
        onWrap={() => setWraps(!wraps)}
        onFollow={() => setFollowing(!isFollowing)}
      />
      <LogList
        {...{ buffer, view, wraps, marked, target }}
        search={text}
        onMark={mark}
        isFollowing={isFollowing && !view.isOver}
        onFollow={(next) => setFollowing(next && !view.isOver)}
      />
    </div>
  )
}

/** The line that the address names: `#L120`. */
function useLinkedLine(): number | undefined {
  const { hash } = useLocation()
  const [, number] = /^L(\d{1,9})$/.exec(hash) ?? []
  return number === undefined || Number(number) < 1 ? undefined : Number(number) - 1
}

/** Goes to the line of the address as soon as it has come. */
function useFirstTarget(
  line: number | undefined,
  count: number,
  goTo: (line: number) => void,
): void {
  const [isReached, setReached] = useState(false)
  const reach = useEffectEvent(goTo)
  useEffect(() => {
    if (isReached || line === undefined || line >= count) return
    setReached(true)
    reach(line)
  }, [isReached, line, count])
}

import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { DiffLine } from './diff-lines.ts'
import type { PlanAction } from './plan-actions.ts'
import type { PlanItem, PlanOutline } from './plan-model.ts'
import { allToggled, firstToggled, planRows, revealed, shownItems } from './plan-rows.ts'
import type { PlanSession } from './plan-session.ts'

/** What of a plan is open, filtered, searched for and gone to. */
export function usePlanView(outline: PlanOutline, session: PlanSession) {
  const [toggled, setToggled] = useState(() => firstToggled(outline.items))
  const [actions, setActions] = useState<ReadonlySet<PlanAction>>(new Set())
  const [text, setText] = useState('')
  const [target, setTarget] = useState<{ readonly key: string }>()
  const found = useFound(session, useDeferredValue(text))
  const shown = useMemo(
    () => shownItems(outline.items, { actions, found }),
    [outline, actions, found],
  )
  const { details, ask } = useDetails(session)
  const rows = useMemo(() => planRows(shown, toggled, details), [shown, toggled, details])
  return {
    rows,
    shown: shown.reduce((sum, { tree }) => sum + tree.size, 0),
    actions,
    text,
    target,
    search: setText,
    ask,
    toggle: (key: string) => setToggled((before) => flipped(before, key)),
    toggleAction: (action: PlanAction) => setActions((before) => flipped(before, action)),
    toggleAll: (isOpening: boolean) => setToggled((before) => allToggled(shown, before, isOpening)),
    goTo: (item: PlanItem) => {
      setActions(new Set())
      setText('')
      setToggled((before) => revealed(before, item))
      setTarget({ key: item.id })
    },
  }
}

function flipped<Value>(before: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  const next = new Set(before)
  if (!next.delete(value)) next.add(value)
  return next
}

/** What was found last stays until there is something newer. */
function useFound(session: PlanSession, text: string): ReadonlySet<string> | undefined {
  const [found, setFound] = useState<ReadonlySet<string>>()
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).join(' ')
  useEffect(() => {
    let isCurrent = true
    if (words === '') setFound(undefined)
    else {
      session.search(words.split(' ')).then(
        (ids) => {
          if (isCurrent) setFound(new Set(ids))
        },
        () => undefined,
      )
    }
    return () => {
      isCurrent = false
    }
  }, [session, words])
  return found
}

/** The lines of changes, asked for when they come into view. */
function useDetails(session: PlanSession) {
  const [details, setDetails] = useState<ReadonlyMap<string, readonly DiffLine[]>>(new Map())
  const asked = useRef(new Set<string>())
  const ask = (ids: readonly string[]) => {
    const wanted = ids.filter((id) => !asked.current.has(id))
    if (wanted.length === 0) return
    for (const id of wanted) asked.current.add(id)
    session.details(wanted).then(
      (lines) => setDetails((before) => new Map([...before, ...lines])),
      () => undefined,
    )
  }
  return { details, ask }
}

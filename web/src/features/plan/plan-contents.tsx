import { useLocation } from '@tanstack/react-router'
import { Hourglass } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo } from 'react'
import type { RunDetails } from '../../lib/types.ts'
import { Empty } from '../../ui/states.tsx'
import { PlanHead } from './plan-head.tsx'
import { PlanList } from './plan-list.tsx'
import type { PlanItem, PlanOutline } from './plan-model.ts'
import type { PlanSession } from './plan-session.ts'
import { PlanToolbar } from './plan-toolbar.tsx'
import { usePlanView } from './use-plan-view.ts'

export interface PlanContentsProps {
  readonly details: RunDetails
  readonly outline: PlanOutline
  readonly session: PlanSession
}

/** A plan that is there: what matters about it, what to look for, and its changes. */
export function PlanContents({ details, outline, session }: PlanContentsProps) {
  const view = usePlanView(outline, session)
  const guarded = useMemo(() => new Set(details.run.summary?.protected), [details])
  const isProtected = (item: PlanItem) => item.section === 'ends' && guarded.has(item.address)
  const goToAddress = useEffectEvent((address: string) => {
    const item = outline.items.find((one) => one.address === address)
    if (item) view.goTo(item)
  })
  const { hash } = useLocation()
  useEffect(() => {
    const [, named] = /^resource=(.+)$/.exec(hash) ?? []
    if (named !== undefined) goToAddress(decoded(named))
  }, [hash])
  return (
    <div className="flex flex-col gap-3">
      {outline.provisional && <Provisional />}
      <PlanHead details={details} onGoTo={(address) => goToProtected(address)} />
      {outline.items.length === 0 ? (
        <NoChanges operation={details.run.operation} />
      ) : (
        <div className="rounded-lg border border-line bg-surface [--indent:0.625rem] sm:[--indent:1.25rem]">
          <PlanToolbar items={outline.items} view={view} />
          {view.rows.length === 0 ? (
            <p role="status" className="px-3 py-8 text-center text-muted">
              Nothing of the plan matches. Search for a part of an address, of a type, of an
              attribute or of its value; or show all actions again.
            </p>
          ) : (
            <PlanList
              rows={view.rows}
              isProtected={isProtected}
              onToggle={view.toggle}
              onMissing={view.ask}
              target={view.target}
            />
          )}
        </div>
      )}
    </div>
  )

  function goToProtected(address: string): void {
    const item = outline.items.find((one) => one.section === 'ends' && one.address === address)
    if (item) view.goTo(item)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function Provisional() {
  return (
    <p className="flex items-start gap-2.5 rounded-lg border border-wait/40 bg-wait-soft px-3.5 py-2.5">
      <Hourglass aria-hidden className="mt-1 size-3.5 shrink-0 text-wait" />
      <span>
        <strong className="font-semibold">Provisional plan.</strong> It was made from values that
        are only planned themselves. It is shown, never applied: when the values are real, it is
        planned again, and asked about again if it turns out different.
      </span>
    </p>
  )
}

function NoChanges({ operation }: { operation: RunDetails['run']['operation'] }) {
  return (
    <Empty title="No changes">
      {operation === 'destroy'
        ? 'There is nothing to destroy.'
        : 'What is there is what the configuration says. There is nothing to apply.'}
    </Empty>
  )
}

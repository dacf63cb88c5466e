import { ChevronRight, CircleCheck, CircleX } from 'lucide-react'
import type { RunDetails } from '../../lib/types.ts'
import { LongText } from '../../ui/long-text.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { plainText } from '../log/plain-text.ts'

/** What must hold before it may be applied: what does not, and on demand what does. */
export function Requirements({ requirements }: Pick<RunDetails, 'requirements'>) {
  const open = requirements.filter(({ met }) => !met)
  const met = requirements.filter((one) => one.met)
  return (
    <section aria-labelledby="requirements" className="min-w-0 flex-1 basis-80">
      <h2 id="requirements" className="mb-2 font-semibold">
        {open.length === 0 ? 'Everything holds that an apply demands' : 'Before it may be applied'}
      </h2>
      <RequirementList requirements={open} />
      {met.length > 0 && (
        <details className="group mt-1">
          <summary className="w-fit list-none rounded-sm text-muted hover:text-ink">
            <CircleCheck aria-hidden className="mr-2 inline size-3.5 align-[-0.15em] text-ok" />
            {open.length === 0 ? 'All' : 'The other'} {met.length} hold
            <ChevronRight
              aria-hidden
              className="ml-1 inline size-3.5 align-[-0.15em] group-open:rotate-90"
            />
          </summary>
          <div className="mt-1">
            <RequirementList requirements={met} />
          </div>
        </details>
      )}
    </section>
  )
}

function RequirementList({ requirements }: Pick<RunDetails, 'requirements'>) {
  return (
    <ul className="flex flex-col gap-1">
      {requirements.map(({ name, met, sentence }) => (
        <li key={name} className="flex items-start gap-2">
          {met ? (
            <CircleCheck aria-label="Met:" className="mt-1 size-3.5 shrink-0 text-ok" />
          ) : (
            <CircleX aria-label="Not met:" className="mt-1 size-3.5 shrink-0 text-danger" />
          )}
          <span className={met ? 'min-w-0 break-words text-muted' : 'min-w-0 break-words'}>
            <LongText text={capital(sentence)} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Who agreed to its plan. */
export function Approvals({ approvals }: Pick<RunDetails, 'approvals'>) {
  return (
    <section aria-labelledby="approvals" className="min-w-0 basis-72">
      <h2 id="approvals" className="mb-2 font-semibold">
        Approvals
      </h2>
      {approvals.length === 0 && <p className="text-muted">Nobody approved this plan yet.</p>}
      <ul className="flex flex-col gap-1.5">
        {approvals.map((approval) => (
          <li key={`${approval.actor} ${approval.at}`} className="min-w-0 break-words">
            <span className="font-medium">{plainText(approval.actor)}</span>{' '}
            <Time at={approval.at} className="text-muted" />{' '}
            {!approval.current && <Badge tone="warn">an earlier plan</Badge>}
            {approval.overrideReason !== undefined && (
              <span className="block text-muted">
                Overrode the protection: <LongText text={approval.overrideReason} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

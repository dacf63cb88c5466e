import { Lock } from 'lucide-react'
import type { Reservation } from '../../lib/types.ts'
import { Link } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Section } from '../../ui/page-header.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import type { PullRequestProps } from './pull-request-header.tsx'
import { behind, placeOf } from './pull-request-words.ts'

/** Who holds the workspaces that it wants, and who comes before and after it. */
export function ReservationList({ pullRequest }: PullRequestProps) {
  return (
    <Section
      title="Reservations"
      description="A workspace that one pull request holds is applied for no other, until that one is merged, closed or unlocked."
    >
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {pullRequest.reservations.map((reservation) => (
          <ReservationRow
            key={reservation.workspace}
            reservation={reservation}
            project={pullRequest.project}
            number={pullRequest.number}
          />
        ))}
      </ul>
    </Section>
  )
}

interface ReservationRowProps {
  readonly reservation: Reservation
  readonly project: string
  readonly number: number
}

function ReservationRow({ reservation, project, number }: ReservationRowProps) {
  const { workspace } = reservation
  const place = placeOf(reservation, number)
  const later = behind(reservation, number)
  return (
    <li className="px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <Lock aria-hidden className="size-3.5 shrink-0 text-muted" />
        <Link
          to="/projects/$project/workspaces/$workspace"
          params={{ project, workspace }}
          className="min-w-0 font-medium [overflow-wrap:anywhere]"
        >
          {oneLine(workspace, 120)}
        </Link>
        {place.kind === 'holds' ? (
          <Badge tone="ok">
            {reservation.holder === undefined ? 'free for this one' : 'held by this one'}
          </Badge>
        ) : (
          <Badge tone="wait">{place.words}</Badge>
        )}
      </p>
      <p className="text-muted text-sm [overflow-wrap:anywhere]">
        <Holder reservation={reservation} project={project} number={number} />
        {place.kind === 'waits' && place.before.length > 0 && (
          <>
            , then <Others project={project} numbers={place.before} />
          </>
        )}
        {later.length > 0 && (
          <>
            {'; '}
            <Others project={project} numbers={later} /> {later.length === 1 ? 'waits' : 'wait'}
          </>
        )}
      </p>
    </li>
  )
}

function Holder({ reservation: { holder }, project, number }: ReservationRowProps) {
  if (holder === undefined) return 'Nobody holds it now'
  if (holder.number === number) {
    return (
      <>
        since <Time at={holder.since} />
      </>
    )
  }
  return (
    <>
      Held by <Other project={project} number={holder.number} />{' '}
      <bdi>{oneLine(holder.title, 100)}</bdi> since <Time at={holder.since} />
    </>
  )
}

function Others({ project, numbers }: { project: string; numbers: readonly number[] }) {
  return numbers.map((number, index) => (
    <span key={number}>
      {index > 0 && ', '}
      <Other project={project} number={number} />
    </span>
  ))
}

function Other({ project, number }: { project: string; number: number }) {
  return (
    <Link
      to="/projects/$project/pull-requests/$number"
      params={{ project, number: String(number) }}
      className="underline"
    >
      #{number}
    </Link>
  )
}

import type { Change } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { LongText } from '../../ui/long-text.tsx'
import { Section } from '../../ui/page-header.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'

/** What was planned of earlier heads, or onto earlier bases. */
export function EarlierChanges({ changes }: { changes: readonly Change[] }) {
  return (
    <Section title="Earlier changes">
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {changes.map(({ id, status, closedBecause, pullRequest, createdAt }) => (
          <li key={id} className="px-4 py-2.5 [overflow-wrap:anywhere]">
            <p className="flex flex-wrap items-center gap-x-2">
              <Link to="/changes/$id" params={{ id: String(id) }} className="font-medium">
                change-{id}
              </Link>
              <Status kind="change" value={status} as="text" />
              <span className="text-muted text-sm">
                {pullRequest !== undefined && (
                  <>
                    of <Mono>{pullRequest.head.slice(0, 8)}</Mono> onto{' '}
                    <Mono>{pullRequest.base.slice(0, 8)}</Mono>{' '}
                  </>
                )}
                <Time at={createdAt} />
              </span>
            </p>
            {closedBecause !== undefined && (
              <p className="text-muted text-sm">
                <LongText text={closedBecause} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { Run, RunEvent } from '../../lib/types.ts'
import { LongText } from '../../ui/long-text.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { plainText } from '../log/plain-text.ts'
import { runEventsQuery } from './run-queries.ts'

/** What happened to a run, the newest first. */
export function RunEvents({ run }: { run: Run }) {
  const query = useQuery(runEventsQuery(run.id, run.status))
  return (
    <Loaded query={query}>
      {(events) =>
        events.length === 0 ? (
          <Empty title="Nothing happened yet" />
        ) : (
          <Table stacks label="Events of the run" columns={['When', 'What', 'Details']}>
            {events.toReversed().map((event) => (
              <tr key={event.seq}>
                <Cell className="whitespace-nowrap text-muted">
                  <Time at={event.at} />
                </Cell>
                <Cell className="whitespace-nowrap font-medium">{wordOf(event)}</Cell>
                <Cell className="min-w-48 break-words text-muted">
                  <Details event={event} />
                </Cell>
              </tr>
            ))}
          </Table>
        )
      }
    </Loaded>
  )
}

const words: Readonly<Record<string, string>> = {
  created: 'Created',
  approved: 'Approved',
  approval_carried: 'Approval still covers the plan',
  waiting: 'Waits',
  'cancel-requested': 'End was asked for',
  'late-state': 'A state came late',
}

function wordOf({ type, data }: RunEvent): string {
  const to = data['to']
  if (type === 'status' && typeof to === 'string') return `Is ${plainText(to)}`
  return words[type] ?? plainText(type)
}

/** Everything but what the word says already. */
function Details({ event: { type, data } }: { event: RunEvent }) {
  const shown = Object.entries(data).filter(
    ([name]) => !(type === 'status' && (name === 'to' || name === 'from')),
  )
  if (shown.length === 0) return '–'
  return (
    <dl className="flex flex-wrap gap-x-4">
      {shown.map(([name, value]) => (
        <div key={name} className="flex min-w-0 max-w-full gap-1.5">
          <dt className="text-faint">{plainText(name)}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <LongText text={typeof value === 'string' ? value : JSON.stringify(value)} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

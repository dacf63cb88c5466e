import { useInfiniteQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import type { Run } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Link } from '../../ui/link.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { PlanCounts } from '../changes/plan-counts.tsx'
import { plainText } from '../log/plain-text.ts'
import { operationWord } from '../runs/run-words.ts'
import { runsQuery, type WorkspacePlace } from './workspace-queries.ts'

/** What was planned and applied here, the newest first. */
export function RunsTab({ place }: { place: WorkspacePlace }) {
  const query = useInfiniteQuery(runsQuery(place))
  return (
    <Paged
      query={query}
      empty={
        <Empty title="No runs yet" icon={<Play aria-hidden className="size-6" />}>
          Make a change that includes this workspace: its plan is a run, and is listed here.
        </Empty>
      }
    >
      {(all) => (
        <Table
          stacks
          label="Runs"
          columns={['Run', 'Status', 'What', 'Plan', 'Commit', 'By', 'When']}
        >
          {all.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </Table>
      )}
    </Paged>
  )
}

function RunRow({ run }: { run: Run }) {
  const { id, status, changeId, summary, source, actor, createdAt, reason } = run
  return (
    <tr>
      <Cell>
        <Link to="/runs/$id" params={{ id: String(id) }}>
          {id}
        </Link>
      </Cell>
      <Cell title={reason === undefined ? undefined : oneLine(reason, 400)}>
        <Status kind="run" value={status} as="text" />
      </Cell>
      <Cell className="whitespace-nowrap">
        {operationWord(run)}
        {changeId !== undefined && (
          <>
            {' in '}
            <Link className="underline" to="/changes/$id" params={{ id: String(changeId) }}>
              change {changeId}
            </Link>
          </>
        )}
      </Cell>
      <Cell className="whitespace-nowrap">{summary && <PlanCounts {...summary} />}</Cell>
      <Cell className="whitespace-nowrap">
        {source.commit !== undefined && <Mono>{plainText(source.commit.slice(0, 8))}</Mono>}
        {source.dirty && <span className="ml-1 text-warn text-sm">dirty</span>}
      </Cell>
      <Cell className="max-w-48 break-words">{plainText(actor)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={createdAt} />
      </Cell>
    </tr>
  )
}

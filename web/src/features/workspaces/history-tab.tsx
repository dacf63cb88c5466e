import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useState } from 'react'
import type { StateVersion } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Paged } from '../../ui/paged.tsx'
import { Empty } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { type Compared, chosen } from './compared.ts'
import { DifferenceView } from './difference-view.tsx'
import { RollbackDialog } from './rollback-dialog.tsx'
import { VersionCells } from './version-cells.tsx'
import { versionsQuery, type WorkspacePlace } from './workspace-queries.ts'

export interface HistoryTabProps {
  readonly place: WorkspacePlace
  readonly mayRollBack: boolean
  readonly compared: Compared
  readonly onCompare: (compared: Compared) => void
}

/** Every state that was ever recorded; two of them are compared, and an old one can count again. */
export function HistoryTab(props: HistoryTabProps) {
  const query = useInfiniteQuery(versionsQuery(props.place))
  return (
    <Paged
      query={query}
      empty={
        <Empty title="No state yet" icon={<History aria-hidden className="size-6" />}>
          The first apply records version 1. A state that is kept elsewhere is taken over with{' '}
          <code>portolan state import</code>.
        </Empty>
      }
    >
      {(versions) => (
        <div className="flex flex-col gap-4">
          <Comparison {...props} />
          <Versions {...props} versions={versions} />
        </div>
      )}
    </Paged>
  )
}

function Comparison({ place, compared, onCompare }: HistoryTabProps) {
  const { from, to } = compared
  if (from === undefined || to === undefined) {
    return (
      <p className="text-muted">
        {from === undefined && to === undefined
          ? 'Choose two versions to see what differs between them.'
          : `Choose another one to compare version ${from ?? to} with.`}
      </p>
    )
  }
  return (
    <section
      aria-labelledby="comparison"
      className="rounded-lg border border-line bg-surface px-4 py-3"
    >
      <div className="mb-1 flex items-center justify-between gap-3">
        <h2 id="comparison" className="font-semibold">
          From version {from} to version {to}
        </h2>
        <Button size="small" look="quiet" onClick={() => onCompare({})}>
          Close
        </Button>
      </div>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[60dvh] overflow-y-auto"
      >
        <DifferenceView place={place} from={from} to={to} />
      </div>
    </section>
  )
}

function Versions(props: HistoryTabProps & { versions: readonly StateVersion[] }) {
  const { place, mayRollBack, compared, onCompare, versions } = props
  const [target, setTarget] = useState<number>()
  const current = versions[0]?.number ?? 0
  return (
    <>
      <Table
        stacks
        label="Versions of the state"
        columns={['Version', 'Cause', 'By', 'When', 'Resources', 'Compare', '']}
      >
        {versions.map((version) => {
          const { number } = version
          const isChosen = compared.from === number || compared.to === number
          return (
            <tr key={number} className={isChosen ? 'bg-accent-soft' : undefined}>
              <VersionCells version={version} isCurrent={number === current} />
              <Cell>
                <input
                  type="checkbox"
                  aria-label={`Compare version ${number}`}
                  checked={isChosen}
                  onChange={() => onCompare(chosen(compared, number))}
                  className="size-3.5 accent-accent"
                />
              </Cell>
              <Cell className="text-right">
                {mayRollBack && number !== current && (
                  <Button size="small" look="quiet" onClick={() => setTarget(number)}>
                    Roll back …
                  </Button>
                )}
              </Cell>
            </tr>
          )
        })}
      </Table>
      {target !== undefined && (
        <RollbackDialog
          place={place}
          current={current}
          to={target}
          onClose={() => setTarget(undefined)}
        />
      )}
    </>
  )
}

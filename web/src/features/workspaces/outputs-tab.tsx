import { useQuery } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { plainText } from '../log/plain-text.ts'
import { mask } from '../plan/diff-node.ts'
import { Hidden } from './resources-tab.tsx'
import { ValueView } from './value-view.tsx'
import { outputsQuery, type WorkspacePlace } from './workspace-queries.ts'

/** What other workspaces can take from this one. */
export function OutputsTab({ place }: { place: WorkspacePlace }) {
  const query = useQuery(outputsQuery(place))
  return (
    <Loaded query={query}>
      {({ hidden, outputs }) => {
        if (hidden !== undefined) return <Hidden because={hidden} />
        if (outputs.length === 0) {
          return (
            <Empty title="No outputs" icon={<LogOut aria-hidden className="size-6" />}>
              Declare an <code>output</code> in the module: after the next apply its value is here,
              and other components can take it.
            </Empty>
          )
        }
        return (
          <dl className="divide-y divide-line rounded-lg border border-line bg-surface">
            {outputs.map(({ name, sensitive, value }) => (
              <div key={name} className="flex flex-wrap gap-x-6 gap-y-1 px-3 py-2">
                <dt className="min-w-0 basis-56 font-medium font-mono text-sm [overflow-wrap:anywhere]">
                  {plainText(name)} {sensitive && <Badge tone="wait">sensitive</Badge>}
                </dt>
                <dd className="min-w-0 flex-1 basis-72">
                  <ValueView value={sensitive ? mask : value} />
                </dd>
              </div>
            ))}
          </dl>
        )
      }}
    </Loaded>
  )
}

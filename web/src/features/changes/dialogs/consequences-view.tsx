import { oneLine } from '../../../ui/long-text.tsx'
import { type Consequences, consequencesText } from '../actions.ts'
import type { LiveNode } from '../live-change.ts'
import { PlanCounts } from '../plan-counts.tsx'
import { plural } from '../results.ts'
import { Risk } from '../risk.tsx'

/** What plans would do together, the worst of it, and each by itself. */
export function ConsequencesView({
  all,
  nodes,
}: {
  all: Consequences
  nodes: readonly LiveNode[]
}) {
  const { worst, unseen } = all
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium first-letter:uppercase">{consequencesText(all)}.</p>
      {worst !== undefined && worst.severity !== 'none' && (
        <div className="rounded-md border border-line bg-sunken px-3 py-2">
          <Risk severity={worst.severity} sentence={worst.risk} />
          {nodes.length > 1 && (
            <p className="text-muted text-sm [overflow-wrap:anywhere]">
              in {oneLine(worst.name, 200)}
            </p>
          )}
        </div>
      )}
      <NodesByItself nodes={nodes} />
      {unseen.length > 0 && (
        <p className="text-muted [overflow-wrap:anywhere]">
          {plural(unseen.length, 'workspace')} {unseen.length === 1 ? 'is' : 'are'} planned only
          when what
          {unseen.length === 1 ? ' it needs' : ' they need'} is applied: nobody knows yet what{' '}
          {unseen.length === 1 ? 'it' : 'they'} will do.
        </p>
      )}
    </div>
  )
}

function NodesByItself({ nodes }: { nodes: readonly LiveNode[] }) {
  return (
    <ul
      aria-label="Workspaces"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-60 divide-y divide-line overflow-y-auto rounded-md border border-line"
    >
      {nodes.map((node) => (
        <li
          key={node.name}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 px-3 py-1.5"
        >
          <span className="[overflow-wrap:anywhere]">{oneLine(node.name, 200)}</span>
          {node.summary === undefined ? (
            <span className="text-muted text-sm">not planned yet</span>
          ) : (
            <PlanCounts {...node.summary} />
          )}
          {node.result === 'provisional' && (
            <span className="col-span-2 text-muted text-sm">
              From values that are only planned: asked about again if they turn out different.
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

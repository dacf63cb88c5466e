import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { classes } from '../../ui/class-names.ts'
import { oneLine } from '../../ui/long-text.tsx'
import { StatusMark, toneText } from '../../ui/status.tsx'
import { lookOf } from '../../ui/status-words.ts'
import type { LiveNode } from '../changes/live-change.ts'
import { PlanCounts } from '../changes/plan-counts.tsx'

export interface NodeCardData extends Record<string, unknown> {
  readonly node: LiveNode
  readonly isSelected: boolean
  /** Where the tab key stops. */
  readonly isStop: boolean
  readonly onSelect: (name: string) => void
}

/** A workspace in the graph. */
export const NodeCard = memo(function NodeCard({ data }: NodeProps<Node<NodeCardData>>) {
  const { node, isSelected, isStop, onSelect } = data
  const { word, tone, icon } = lookOf('result', node.result)
  const { summary } = node
  const hasCounts = summary !== undefined && node.result !== 'unchanged'
  return (
    <>
      <Handle type="target" position={Position.Left} className="invisible" isConnectable={false} />
      <button
        type="button"
        data-card={node.name}
        tabIndex={isStop ? 0 : -1}
        aria-current={isSelected || undefined}
        title={node.because === undefined ? undefined : oneLine(node.because, 400)}
        onClick={() => onSelect(node.name)}
        className={classes(
          'nopan flex h-12.5 w-47 flex-col justify-center rounded-md border bg-surface px-2.5 text-left hover:border-accent',
          isSelected ? 'border-accent ring-2 ring-accent' : 'border-strong',
        )}
      >
        <span className="w-full truncate font-medium">
          {oneLine(node.component, 60)}
          <span aria-hidden className="font-normal text-muted text-xs">
            @{oneLine(node.environment, 30)}
          </span>
          <span className="sr-only"> in {oneLine(node.environment, 60)}: </span>
        </span>
        <span className="flex w-full min-w-0 items-center justify-between gap-2">
          <span
            className={classes(
              'inline-flex min-w-0 items-center gap-1.5 font-medium text-sm',
              toneText[tone],
            )}
          >
            <StatusMark icon={icon} />
            <span className="truncate">{word}</span>
          </span>
          {hasCounts && <PlanCounts {...summary} />}
        </span>
      </button>
      <Handle type="source" position={Position.Right} className="invisible" isConnectable={false} />
    </>
  )
})

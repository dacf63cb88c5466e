import type { Node, NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { oneLine } from '../../ui/long-text.tsx'

/** An environment: the ground that its workspaces stand on. */
export const LaneBox = memo(function LaneBox({ data }: NodeProps<Node<{ name: string }>>) {
  return (
    <div className="h-full w-full rounded-lg border border-line bg-canvas px-4 py-2.5">
      <p className="font-semibold text-muted">{oneLine(data.name, 80)}</p>
    </div>
  )
})

import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from '@xyflow/react'
import { memo } from 'react'
import type { Point } from './drawing.ts'

/** A need: the way that the layout found for it, round what is between its ends. */
export const WayEdge = memo(function WayEdge(
  props: EdgeProps<Edge<{ readonly way: readonly Point[] | undefined }>>,
) {
  const { sourceX, sourceY, targetX, targetY, data, style = {} } = props
  const inner = data?.way?.slice(1, -1) ?? []
  const path =
    inner.length < 2
      ? getBezierPath(props)[0]
      : smoothPath([{ x: sourceX, y: sourceY }, ...inner, { x: targetX, y: targetY }])
  return <BaseEdge id={props.id} path={path} style={style} />
})

/** Through the middle of each piece, bent at each point; it leaves and arrives level. */
function smoothPath(points: readonly Point[]): string {
  const [start, ...rest] = points
  const end = rest.at(-1)
  if (start === undefined || end === undefined) return ''
  const pieces = rest.map((point, index) => {
    const from = points[index] ?? start
    const middle = (from.x + point.x) / 2
    return `C ${middle} ${from.y} ${middle} ${point.y} ${point.x} ${point.y}`
  })
  return `M ${start.x} ${start.y} ${pieces.join(' ')}`
}

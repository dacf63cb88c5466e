import { type GraphLayout, NODE } from './drawing.ts'

export interface Room {
  readonly width: number
  readonly height: number
}

export interface Viewport {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

const MARGIN = 16
/** Smaller than this nobody can read it. */
const LEAST = 0.7

/**
 * What is seen of the drawing first: all of it if it stays readable; else the node that is looked at, or its
 * beginning.
 */
export function firstView(
  { lanes, places }: GraphLayout,
  room: Room,
  selected: string | undefined,
): Viewport {
  const width = Math.max(1, ...lanes.map((lane) => lane.x + lane.width))
  const height = Math.max(1, ...lanes.map((lane) => lane.y + lane.height))
  const acrossFits = (room.width - 2 * MARGIN) / width
  const allFits = Math.min(acrossFits, (room.height - 2 * MARGIN) / height)
  const zoom = Math.min(1, Math.max(LEAST, allFits >= LEAST ? allFits : acrossFits))
  const place = selected === undefined ? undefined : places[selected]
  const middle = place && { x: place.x + NODE.width / 2, y: place.y + NODE.height / 2 }
  return {
    x: along(room.width, width * zoom, middle && middle.x * zoom),
    y: along(room.height, height * zoom, middle && middle.y * zoom),
    zoom,
  }
}

/** Where the drawing begins in the room: in its middle when it fits, else so that the point is seen. */
function along(room: number, length: number, point: number | undefined): number {
  if (length + 2 * MARGIN <= room) return (room - length) / 2
  const wanted = point === undefined ? MARGIN : room / 2 - point
  return Math.min(MARGIN, Math.max(room - length - MARGIN, wanted))
}

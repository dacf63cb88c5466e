/** What is to be drawn: lanes below one another, in each of them nodes from left to right. */
export interface GraphInput {
  readonly lanes: readonly { readonly name: string; readonly nodes: readonly string[] }[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphEdge {
  /** What comes first. */
  readonly from: string
  readonly to: string
}

export interface GraphLayout {
  /** The upper left corner of each node. */
  readonly places: Readonly<Record<string, Point>>
  readonly lanes: readonly LanePlace[]
  /** By `edgeId`: where an edge within a lane goes, round the nodes between its ends. */
  readonly ways: Readonly<Record<string, readonly Point[]>>
}

export function edgeId({ from, to }: GraphEdge): string {
  return `${from} ${to}`
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface LanePlace extends Point {
  readonly name: string
  readonly width: number
  readonly height: number
}

export const NODE = { width: 188, height: 50 } as const

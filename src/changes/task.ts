/** A task of a schedule. Needs that are not among the tasks are taken as fulfilled. */
export interface Task {
  readonly id: string
  readonly needs: readonly string[]
  /** Tasks of a group share its limit. */
  readonly group: string
  /** How long it takes, from history; undefined when nothing like it ran. */
  readonly seconds: number | undefined
}

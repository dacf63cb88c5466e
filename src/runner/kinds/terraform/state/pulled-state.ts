import { markOf } from '../../../state/state-bytes.ts'

/** What `state pull` printed, if it is a state: a backend that has none prints nothing, or an empty one. */
export function pulledState(printed: Buffer): Buffer | undefined {
  const mark = markOf(printed)
  const isNothing =
    mark === undefined ? printed.toString('utf8').trim() === '' : mark.lineage === ''
  return isNothing ? undefined : printed
}

import type { HookNode, HookPhase } from '../manifest.ts'
import type { ListNode } from '../node.ts'
import { mapAt, scalarAt, textsAt } from './access.ts'

const phases: readonly HookPhase[] = ['plan', 'apply', 'destroy']

/** The commands of `before` and `after`. */
export function readHooks(list: ListNode | undefined): readonly HookNode[] {
  return (list?.items ?? []).flatMap((item) => {
    const run = item.kind === 'map' ? scalarAt(item, 'run') : undefined
    if (item.kind !== 'map' || run === undefined) return []
    const named = phases.filter((phase) => textsAt(item, 'on').includes(phase))
    const on: readonly HookPhase[] = named.length > 0 ? named : ['apply']
    return [{ run, env: mapAt(item, 'env'), on, at: item.at }]
  })
}

import type { Run } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { isDead } from './owner.ts'

/** Ends the runs whose runner is gone: at once for dead processes of this machine, else by lease. */
export async function endDeadRuns(context: Context): Promise<Run[]> {
  const { runs } = context
  const ended = await runs.expire()
  for (const owner of await runs.owners()) {
    if (await isDead(owner)) ended.push(...(await runs.abandon(owner)))
  }
  return ended
}

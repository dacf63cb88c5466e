import { isOutage } from '../../platform/db/outage.ts'
import { AppError } from '../../platform/errors.ts'
import { LEASE_SECONDS, type Lease } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import type { RunWatch } from './run-watch.ts'

const RENEW_MILLISECONDS = (LEASE_SECONDS * 1000) / 3
const LOOK_MILLISECONDS = 1000

/** A lease that is renewed until it is let go. */
export interface LeaseKeeper {
  /** The person's watch, ended also when somebody cancels from elsewhere or the lease is lost. */
  readonly watch: RunWatch
  release(): Promise<void>
}

/**
 * Renews a lease on a timer, and looks whether somebody asked the run to end. While the database is
 * away it goes on trying: Terraform must not suffer for it.
 */
export function keepLease(context: Context, lease: Lease, watch: RunWatch): LeaseKeeper {
  const elsewhere = new AbortController()
  const end = (sentence: string) => {
    if (elsewhere.signal.aborted || watch.cancelled.aborted) return
    watch.notice(sentence)
    elsewhere.abort('cancel')
  }
  let renewAt = Date.now() + RENEW_MILLISECONDS
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      if (Date.now() >= renewAt) {
        await context.persist(() => context.runs.renew(lease))
        renewAt = Date.now() + RENEW_MILLISECONDS
      }
      const { cancelRequestedBy } = await context.runs.get(lease.runId)
      if (cancelRequestedBy !== undefined) end(`${cancelRequestedBy} asked to cancel.`)
    } catch (error) {
      if (isOutage(error)) return
      end(error instanceof AppError ? error.message : 'The lease on this run cannot be renewed.')
    }
  }
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, LOOK_MILLISECONDS)
  return {
    watch: { ...watch, cancelled: AbortSignal.any([watch.cancelled, elsewhere.signal]) },
    release: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

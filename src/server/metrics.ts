import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Db } from '../platform/db/db.ts'
import { readFigures } from './metrics-store.ts'

/** What a monitoring system reads of a server, as Prometheus writes it. */
export interface Metrics {
  readonly contentType: string
  request(request: {
    readonly method: string
    readonly status: number
    readonly seconds: number
  }): void
  text(): Promise<string>
}

/** Metrics of this process, and of the platform as its database knows it. */
export function createMetrics(db: Db): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'portolan_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'portolan_http_request_seconds',
    help: 'How long answers took until their headers.',
    buckets: [0.005, 0.02, 0.05, 0.2, 1, 5],
    registers,
  })
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `portolan_${name}`, help, registers })
  const runs = new Gauge({
    name: 'portolan_runs',
    help: 'Runs that are not over, by status.',
    labelNames: ['status'],
    registers,
  })
  const gauges = {
    openChanges: gauge('open_changes', 'Changes that are open.'),
    waitingWork: gauge('work_waiting', 'Changes that wait for a server to plan or apply them.'),
    oldestWork: gauge('work_waiting_seconds', 'How long the oldest of them has waited.'),
    workspaces: gauge('workspaces', 'Workspaces that are recorded.'),
    locks: gauge('locks', 'Locks that are held.'),
    oldestLock: gauge('lock_age_seconds', 'How long the oldest of them is held.'),
    statesAtRisk: gauge('states_at_risk', 'Results of real applies that were rejected.'),
  }
  return {
    contentType: registry.contentType,
    request: ({ method, status, seconds }) => {
      requests.inc({ method, status })
      durations.observe(seconds)
    },
    text: async () => {
      const { runs: byStatus, ...figures } = await readFigures(db)
      runs.reset()
      for (const { status, count } of byStatus) runs.set({ status }, count)
      for (const [name, value] of Object.entries(figures)) {
        gauges[name as keyof typeof gauges].set(value)
      }
      return registry.metrics()
    },
  }
}

import type { z } from 'zod'
import type * as schema from '../../api/changes/schema.ts'
import type { ChangeEvent } from '../../changes/index.ts'
import { environmentOf, summaryOf } from './from-json.ts'

/** What is told of a change, as the server sends it. */
export function eventOf(json: z.output<typeof schema.ChangeEvent>): ChangeEvent {
  const head = { at: new Date(json.at), change: json.change }
  switch (json.event) {
    case 'graph':
      return {
        ...head,
        event: json.event,
        operation: json.operation,
        environments: json.environments.map(environmentOf),
        workspaces: json.workspaces.map(({ expected: { plan, apply }, ...entry }) => ({
          ...entry,
          expected: { plan, apply },
        })),
      }
    case 'workspace': {
      const { because, run, runStatus, summary } = json
      return {
        ...json,
        ...head,
        because,
        run,
        runStatus,
        summary: summary && summaryOf(summary),
      }
    }
    case 'progress':
      return { ...json, ...head, seconds: json.seconds }
    case 'notice':
      return { ...json, ...head, workspace: json.workspace }
    case 'action':
      return { ...json, ...head, reason: json.reason }
    default:
      return { ...json, ...head }
  }
}

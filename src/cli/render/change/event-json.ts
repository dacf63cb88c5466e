import { type ChangeEvent, changeName } from '../../../changes/index.ts'
import { runName } from '../../../runs/index.ts'

/**
 * An event as `--json` writes it: names of fields in snake_case, dates as ISO 8601, runs and changes
 * by the names that commands take, nothing that is not known. docs/events.md describes it.
 */
export function changeEventJson(event: ChangeEvent): Record<string, unknown> {
  const { event: kind, at, change, ...fields } = event
  return { event: kind, at: at.toISOString(), change: changeName(change), ...named(fields) }
}

function named(fields: object): Record<string, unknown> {
  const entries = Object.entries(fields).map(([key, value]) => [
    snakeCase(key),
    key === 'run' && typeof value === 'number' ? runName(value) : asJson(value),
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function asJson(value: unknown): unknown {
  // Every digit counts: JSON knows no limit, only JavaScript's numbers do.
  if (typeof value === 'bigint') return JSON.rawJSON(value.toString())
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(asJson)
  return typeof value === 'object' && value !== null ? named(value) : value
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

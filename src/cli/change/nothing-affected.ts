import { type Call, exit } from '../call.ts'
import type { SelectedWorkspaces } from './change-selection.ts'

/** Nothing to do is said as such, never shown as a success of something. */
export function nothingAffected({ terminal }: Call<object>, { base }: SelectedWorkspaces): number {
  const message = `Nothing is affected: no workspace differs from ${base ?? 'the base'}.`
  terminal.emit({ event: 'notice', at: new Date(), message })
  terminal.print(message)
  return exit.done
}

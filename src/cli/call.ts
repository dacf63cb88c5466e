import type { Config } from '../app/config.ts'
import type { Terminal } from './terminal.ts'

/** One call of a command: what was typed, and where it speaks. */
export interface Call<Flags = object> {
  /** The command's arguments, in order. */
  readonly args: readonly string[]
  readonly flags: Flags
  /** The directory that `-C` names, else the current one. */
  readonly directory: string
  readonly config: Config
  readonly terminal: Terminal
}

/** What a command's file exports: it returns the exit code. */
export interface CommandModule<Flags> {
  run(call: Call<Flags>): Promise<number>
}

/** Exit codes of every command. */
export const exit = { done: 0, error: 1, changes: 2, waits: 3 } as const

import type { ChangeWatch } from '../app/change-watch.ts'
import type { ChangeView } from '../changes/index.ts'
import type { Terminal } from './terminal.ts'

/** Shows a change while it is at work, and takes the person's Ctrl-C. */
export interface ChangeScreen {
  readonly watch: ChangeWatch
  /** Goes on with another phase; the first one is begun by opening the screen. */
  begin(phase: ChangePhase): void
  /**
   * Ends the phase: the tree goes away, `shown` is printed (the plans), and below it what failed,
   * what waits for whom, and one line that sums it up.
   */
  end(view: ChangeView, shown?: readonly string[]): void
  /** Gives the terminal and its signals back. */
  close(): void
}

export interface ChangePhase {
  /** When a workspace is done: when it is planned, or when it is applied. */
  readonly goal: 'plan' | 'apply'
  /** How many workspaces are at work at once. */
  readonly limit: number
  /** Where its workspaces stand, of a change that was made before. */
  readonly view?: ChangeView
}

export interface ChangeScreenOptions extends ChangePhase {
  /** Elsewhere than on a terminal: blocks of output that fold in the log of GitHub Actions. */
  readonly github?: boolean
}

export declare function openChangeScreen(
  terminal: Terminal,
  options: ChangeScreenOptions,
): ChangeScreen

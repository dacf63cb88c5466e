import type { ProgramExit } from '../../phase-runner.ts'

/** Collects the summaries of the errors that a tool printed. */
export class ToolErrors {
  readonly #found: string[] = []
  #initWanted = false

  /** Looks at a line of human-readable output. */
  line(text: string): void {
    const summary = /^(?:│ )?Error: (.+)$/.exec(text)?.[1]
    if (summary !== undefined) this.add(summary)
    if (/\b(terraform|tofu) init\b/.test(text)) this.#initWanted = true
  }

  add(summary: string): void {
    if (this.#found.length < 100) this.#found.push(summary.slice(0, 500))
  }

  get summaries(): readonly string[] {
    return this.#found
  }

  /** The tool says that it must be initialised (again). */
  get wantsInit(): boolean {
    return this.#found.length > 0 && this.#initWanted
  }
}

/** One sentence on how a command failed. */
export function failureReason(command: string, exit: ProgramExit, errors: ToolErrors): string {
  const [first, ...others] = errors.summaries
  if (exit.exitCode === undefined) return `${command} was ended by ${exit.signal ?? 'a signal'}`
  if (first === undefined) return `${command} failed with exit code ${exit.exitCode}`
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `${command} failed: ${first}${more}`
}

import { codeOf } from '../platform/errors.ts'
import { createLiveRegion, type LiveRegion } from './live-region.ts'
import { colored, plain, type Style } from './render/style.ts'

export interface TerminalOptions {
  readonly color: boolean
  readonly json: boolean
}

/** Where a command speaks to a person, or with `--json` to a program. */
export interface Terminal {
  readonly style: Style
  /** Columns; undefined where the output is not a terminal. */
  readonly width: number | undefined
  /** Lines; undefined where the output is not a terminal. */
  readonly height: number | undefined
  /** A person sits there and can answer. */
  readonly interactive: boolean
  readonly json: boolean
  /** Lines of the command's result, to standard output; nothing with `--json`. */
  print(...lines: readonly string[]): void
  /** Lines beside the result, to standard error; nothing with `--json`. */
  note(...lines: readonly string[]): void
  /** One JSON value on one line; nothing without `--json`. */
  emit(value: Readonly<Record<string, unknown>>): void
  /** Bytes as they are, to standard output. */
  raw(data: Buffer | string): Promise<void>
  /** Asks for one line; undefined when the input ends. */
  ask(question: string): Promise<string | undefined>
  /** Lines that stay below everything else and are painted over; only on a terminal. */
  readonly live: LiveRegion
}

/** The terminal of this process. */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, stderr } = process
  const onTerminal = stdout.isTTY === true && !options.json
  const live = createLiveRegion(onTerminal)
  const write = (stream: NodeJS.WriteStream, lines: readonly string[]) => {
    if (options.json || lines.length === 0) return
    live.clear()
    stream.write(`${lines.join('\n')}\n`)
  }
  return {
    style: options.color && onTerminal ? colored : plain,
    get width() {
      // A terminal that does not know its size says 0.
      return onTerminal ? stdout.columns || undefined : undefined
    },
    get height() {
      return onTerminal ? stdout.rows : undefined
    },
    interactive: onTerminal && stdin.isTTY === true,
    json: options.json,
    print: (...lines) => write(stdout, lines),
    note: (...lines) => write(stderr, lines),
    emit: (value) => {
      if (options.json) stdout.write(`${JSON.stringify(value)}\n`)
    },
    raw: (data) =>
      new Promise((resolve, reject) => {
        // Other failures are said once for the whole process, and change its exit code.
        stdout.write(data, (error) => (codeOf(error) === 'EPIPE' ? reject(error) : resolve()))
      }),
    ask: (question) => ask(question),
    live,
  }
}

async function ask(question: string): Promise<string | undefined> {
  // Few commands ask anything.
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await new Promise<string | undefined>((resolve) => {
      lines.once('close', () => resolve(undefined))
      lines.once('SIGINT', () => lines.close())
      void lines.question(question).then(resolve, () => resolve(undefined))
    })
    // The question still stands on the line.
    if (answer === undefined) process.stdout.write('\n')
    return answer
  } finally {
    lines.close()
  }
}

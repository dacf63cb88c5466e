import { runQuickly } from './cli/quick-line.ts'

/** The command line: arguments without the program's name. Sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (`portolan logs | head`), a terminal that was closed, a full disk:
  // whatever the output goes to, a run that is at work must go on to its end without it.
  let failure: string | undefined
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO' || failure !== undefined) return
      failure = error.code ?? error.message
      if (stream === process.stdout) {
        process.stderr.write(`error: standard output cannot be written (${failure})\n`)
      }
    })
  }
  const exitCode = (await runQuickly(argv)) ?? (await runWhole(argv))
  process.exitCode = failure === undefined || exitCode !== 0 ? exitCode : 1
}

async function runWhole(argv: readonly string[]): Promise<number> {
  const { runProgram } = await import('./cli/program.ts')
  return runProgram(argv)
}

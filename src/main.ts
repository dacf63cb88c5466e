import { runProgram } from './cli/program.ts'

/** The command line: arguments without the program's name. Sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (`portolan logs | head`) is no error, and a run that is at work
  // must go on to its end without one.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  process.exitCode = await runProgram(argv)
}

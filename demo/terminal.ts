import { spawn } from 'node:child_process'

/** Runs a program on this terminal, as a shell does. @returns its exit code. */
export function runInTerminal(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<number> {
  // Ctrl-C is for the program in the foreground.
  const ignore = () => undefined
  process.on('SIGINT', ignore)
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  }).finally(() => process.off('SIGINT', ignore))
}

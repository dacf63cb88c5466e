import { rm } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/** Removes a directory of ours, also where somebody took the permission to write from parts of it. */
export async function removeDirectory(
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    const path = { PATH: env['PATH'] ?? '' }
    await runCommand('chmod', ['-R', 'u+rwX', '--', directory], { env: path, timeout: 600_000 })
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

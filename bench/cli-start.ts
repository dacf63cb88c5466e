import { fileURLToPath } from 'node:url'
import { runCommand } from '../src/platform/process/process.ts'
import { compare, conclude } from './measure.ts'

const portolan = fileURLToPath(new URL('../bin/portolan.mjs', import.meta.url))

/** From the shell's prompt to the end of `portolan --help`, against Node doing nothing. */
export async function run(): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '' }
  const [ours = 0, theirs = 0] = await compare(
    [
      { name: 'portolan --help', run: () => node([portolan, '--help']) },
      { name: 'node -e 0', run: () => node(['-e', '0']) },
    ],
    15,
  )
  conclude('cli-start', ours, theirs)

  async function node(args: string[]): Promise<void> {
    const result = await runCommand(process.execPath, args, { env })
    if (result.exitCode !== 0) throw new Error(`node ${args.join(' ')} failed: ${result.stderr}`)
  }
}

import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/platform/process/process.ts'

const portolan = fileURLToPath(new URL('../../bin/portolan.mjs', import.meta.url))

/** Runs programs in a directory as somebody at a shell would, and forgets what they say. */
export function commandLine(directory: string, home: string) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CACHE_HOME: `${home}/cache`,
    PORTOLAN_DATA_DIR: `${home}/data`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  }
  const run = async (command: string, args: readonly string[]) => {
    const result = await runCommand(command, args, { cwd: directory, env })
    if (result.exitCode === 0) return result.stdout.toString('utf8')
    throw new Error(`${command} ${args.join(' ')} failed: ${result.stderr}`)
  }
  return {
    git: (...args: string[]) => run('git', args),
    node: (...args: string[]) => run(process.execPath, args),
    portolan: (...args: string[]) => run(process.execPath, [portolan, ...args]),
  }
}

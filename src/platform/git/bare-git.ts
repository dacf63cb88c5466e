import { type CommandResult, runCommand } from '../process/run-command.ts'

/** A repository that belongs to Portolan alone, and where its working tree is, if it has one. */
export interface OwnRepository {
  readonly gitDirectory: string
  readonly tree?: string | undefined
  /** Only PATH and the temporary directory are taken of it. */
  readonly env: Readonly<Record<string, string>>
}

interface More {
  readonly input?: string | undefined
  readonly timeout?: number
  readonly variables?: Readonly<Record<string, string>>
}

const TIMEOUT = 600_000

/**
 * Nothing that a repository brings along, and nothing that this machine's git is configured to do, is
 * executed: no hooks, no filters, no file system monitor, no submodules.
 */
const alone = [
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.fsmonitor=false',
  'core.symlinks=true',
  'core.filesRefLockTimeout=10000',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting])

/** Asks git about a repository of Portolan's own; a failing exit code is a result. */
export function askOwnGit(
  { gitDirectory, tree, env }: OwnRepository,
  args: readonly string[],
  { input, timeout = TIMEOUT, variables }: More = {},
): Promise<CommandResult> {
  return runCommand('git', [...alone, ...args], {
    cwd: tree ?? gitDirectory,
    env: {
      PATH: env['PATH'] ?? '',
      ...(env['TMPDIR'] === undefined ? {} : { TMPDIR: env['TMPDIR'] }),
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_DIR: gitDirectory,
      ...(tree === undefined ? {} : { GIT_WORK_TREE: tree }),
      ...variables,
    },
    timeout,
    ...(input === undefined ? {} : { input }),
  })
}

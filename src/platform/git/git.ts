import { type CommandResult, runCommand, runCommandNow } from '../process/run-command.ts'

type Environment = Readonly<Record<string, string>>

/** A working tree to ask, and the environment of who asks. */
export interface GitPlace {
  readonly root: string
  readonly env: Environment
}

// A hook or an alias leaves these set, and they would point at another repository than the directory's.
const locationVariables = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
]

/** What git may know of the environment: it speaks English, asks nothing and writes nothing unasked. */
export function gitEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !locationVariables.includes(name))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
}

const TIMEOUT = 60_000

/** Asks git; a failing exit code is a result. @throws AppError `unavailable` without git */
export function askGit(
  { root, env }: GitPlace,
  args: readonly string[],
  more: { readonly input?: string; readonly variables?: Environment } = {},
): Promise<CommandResult> {
  return runCommand('git', ['-C', root, ...args], {
    env: { ...gitEnvironment(env), ...more.variables },
    timeout: TIMEOUT,
    ...(more.input === undefined ? {} : { input: more.input }),
  })
}

/** One line that git says, asked in place; undefined when it fails or says nothing. */
export function askGitNow({ root, env }: GitPlace, args: readonly string[]): string | undefined {
  const result = runCommandNow('git', ['-C', root, ...args], {
    env: gitEnvironment(env),
    timeout: TIMEOUT,
  })
  if (result.exitCode !== 0) return undefined
  return result.stdout.toString('utf8').replace(/\n$/, '') || undefined
}

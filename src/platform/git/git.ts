import { gitEnvironment } from '../process/git-environment.ts'
import { type CommandResult, runCommand, runCommandNow } from '../process/run-command.ts'

type Environment = Readonly<Record<string, string>>

/** A working tree to ask, and the environment of who asks. */
export interface GitPlace {
  readonly root: string
  readonly env: Environment
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

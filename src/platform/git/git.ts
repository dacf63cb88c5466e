import { type AppError, unavailable } from '../errors.ts'
import { gitEnvironment } from '../process/git-environment.ts'
import { type CommandResult, runCommand, runCommandNow } from '../process/run-command.ts'

/** A working tree to ask, and the environment of who asks. */
export interface GitPlace {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
}

const TIMEOUT = 60_000

/** Asks git; a failing exit code is a result. @throws AppError `unavailable` without git */
export function askGit(
  { root, env }: GitPlace,
  args: readonly string[],
  more: {
    readonly input?: string
    readonly variables?: Readonly<Record<string, string>>
  } = {},
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
  return result.exitCode === 0 ? firstLine(result) : undefined
}

/** The first line of an answer; undefined when there is none. */
export function firstLine({ stdout }: CommandResult): string | undefined {
  return stdout.toString('utf8').split('\n', 1)[0] || undefined
}

/** The entries of an answer that was asked for with `-z`. */
export function entriesOf({ stdout }: CommandResult): string[] {
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '')
}

/** What to tell when git did not do what it always can. */
export function failed(what: string, { stderr }: CommandResult): AppError {
  const [reason = 'it gave no reason'] = stderr.split('\n').filter((line) => line !== '')
  return unavailable(`git could not ${what}: ${reason}`, {
    next: 'Run `git status` there and mend what it says.',
  })
}

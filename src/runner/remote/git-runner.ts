import { unavailable } from '../../platform/errors.ts'
import { gitEnvironment } from '../../platform/process/git-environment.ts'
import { type CommandResult, runCommand } from '../../platform/process/process.ts'
import { createRedactor } from '../../secrets/index.ts'
import type { RemoteAddress } from './remote-address.ts'

/** Git, for one repository somewhere else. */
export interface RemoteGit {
  /** @throws AppError `unavailable` when it fails, with what git said */
  run(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<string>
  /** The same, where failing is an answer: then undefined. */
  ask(args: readonly string[]): Promise<string | undefined>
}

// A person may be at work with it elsewhere; what is fetched must be as it is in the repository.
const settings = [
  ['core.autocrlf', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
] as const

// Shells, and not git, would read the password from an argument.
const helper =
  '!f() { printf "username=%s\\npassword=%s\\n" "$PORTOLAN_GIT_USER" "$PORTOLAN_GIT_PASSWORD"; }; f'

const patience = 15 * 60_000

export function remoteGit(
  mirror: string,
  address: RemoteAddress,
  env: Readonly<Record<string, string>>,
): RemoteGit {
  const redactor = createRedactor(Object.values(address.login ?? {}))
  const variables = variablesFor(address, env)
  const start = (args: readonly string[], more: Readonly<Record<string, string>>) =>
    runCommand('git', ['--git-dir', mirror, ...args], {
      cwd: '/',
      env: { ...variables, ...more },
      timeout: patience,
    })
  return {
    async run(args, more = {}) {
      const result = await start(args, more)
      if (result.exitCode === 0) return result.stdout.toString('utf8')
      throw refusal(address, redactor.redact(reasonOf(result)))
    },
    async ask(args) {
      const result = await start(args, {})
      return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : undefined
    },
  }
}

function variablesFor(
  { url, login }: RemoteAddress,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const configured = [
    ...settings,
    ['remote.origin.url', url],
    // An empty one forgets the person's own, which would be asked first, and told of this login.
    ...(login === undefined
      ? []
      : [['credential.helper', ''] as const, ['credential.helper', helper] as const]),
  ]
  const person = gitEnvironment(env)
  const theirs = Number(person['GIT_CONFIG_COUNT'] ?? 0) || 0
  const asks = person['GIT_SSH'] === undefined && person['GIT_SSH_COMMAND'] === undefined
  return {
    ...person,
    ...(asks ? { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' } : {}),
    ...Object.fromEntries(
      configured.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${theirs + index}`, name],
        [`GIT_CONFIG_VALUE_${theirs + index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(theirs + configured.length),
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git:file',
    PORTOLAN_GIT_USER: login?.user ?? '',
    PORTOLAN_GIT_PASSWORD: login?.password ?? '',
  }
}

function reasonOf({ stderr, timedOut }: CommandResult): string {
  if (timedOut) return 'git did not end within 15 minutes'
  const lines = stderr.split('\n').map((line) => line.trim())
  const told = lines.find((line) => /^(fatal|error|ERROR): /.test(line))
  return told ?? lines.findLast((line) => line !== '') ?? 'git said nothing'
}

function refusal({ url, shown }: RemoteAddress, reason: string) {
  const isLogin = /auth|denied|credential|could not read Username|not found|publickey/i.test(reason)
  return unavailable(`the root module ${shown} could not be fetched: ${reason}`, {
    next: isLogin
      ? `See that git may read it here without being asked anything: git ls-remote ${url}`
      : `Look at what git says of it: git ls-remote ${url}`,
  })
}

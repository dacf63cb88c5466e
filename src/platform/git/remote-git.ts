import { type CommandResult, startCommand } from '../process/process.ts'

/** How a repository somewhere else is reached. */
export interface RemoteAccess {
  /** The address that the login is for. */
  readonly address: string
  readonly login: { readonly user: string; readonly password: string } | undefined
  /** Protocols that git may speak, whatever it is told on the way. */
  readonly protocols: readonly string[]
  /** The process environment. */
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** What reaches a remote; everything else of a process's environment stays here. */
const passed =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|GIT_SSH|GIT_SSH_COMMAND|GIT_SSH_VARIANT|GIT_SSL_\w+|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|(https?|all|no)_proxy)$/i

// A shell, and not git, reads them from its environment: no argument ever holds them.
const helper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$PORTOLAN_GIT_USER" "$PORTOLAN_GIT_PASSWORD"; }; f'

/**
 * Runs git against a remote, in a process group of its own that ends with the timeout or the signal. It
 * asks nobody. A failing exit code is a result.
 * @throws the signal's reason
 */
export async function askRemoteGit(
  gitDirectory: string,
  args: readonly string[],
  access: RemoteAccess,
): Promise<CommandResult> {
  const { timeout, signal } = access
  signal?.throwIfAborted()
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  const child = await startCommand('git', ['--git-dir', gitDirectory, ...args], {
    cwd: '/',
    env: environmentOf(access),
    onOutput: (chunk, stream) => void output[stream].push(chunk),
  })
  let timedOut = false
  const stop = () => void child.killGroup().catch(() => undefined)
  const timer = setTimeout(() => {
    timedOut = true
    stop()
  }, timeout)
  signal?.addEventListener('abort', stop)
  try {
    const exit = await child.exited
    signal?.throwIfAborted()
    return {
      ...exit,
      timedOut,
      stdout: Buffer.concat(output.stdout),
      stderr: Buffer.concat(output.stderr).toString('utf8'),
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function environmentOf({ address, login, protocols, env }: RemoteAccess) {
  const settings = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.askPass', ''],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['http.lowSpeedLimit', '500'],
    ['http.lowSpeedTime', '60'],
    ...(login === undefined ? [] : loginSettings(address)),
  ] as const
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_OPTIONAL_LOCKS: '0',
    // Who chose another program for it has chosen how it is called.
    ...(env['GIT_SSH'] === undefined
      ? {
          GIT_SSH_COMMAND: `${env['GIT_SSH_COMMAND'] ?? 'ssh'} -o BatchMode=yes -o ConnectTimeout=20`,
        }
      : {}),
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    ...(login === undefined
      ? {}
      : { PORTOLAN_GIT_USER: login.user, PORTOLAN_GIT_PASSWORD: login.password }),
  }
}

/** For the server of the address only, also when it sends us on to another one. */
function loginSettings(address: string): readonly (readonly [string, string])[] {
  return [
    // An empty one forgets the machine's own, which would be asked first, and told of this login.
    ['credential.helper', ''],
    [`credential.${new URL(address).origin}.helper`, helper],
  ]
}

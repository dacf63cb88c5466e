import { homedir, tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { invalid } from '../platform/errors.ts'

/** What the environment says, read once. */
export interface Config {
  /** A PostgreSQL to use instead of the embedded one. Holds a password: never print it. */
  readonly databaseUrl: string | undefined
  /** Where Portolan keeps its data for this user, absolute. */
  readonly dataHome: string
  /** A short directory for sockets: a socket's path may not be longer than about 100 bytes. */
  readonly runtimeDirectory: string
  readonly color: boolean
  readonly ci: boolean
  /** Terraform's own workspace, as the person selected it for plain Terraform. */
  readonly terraformWorkspace: string | undefined
  /** The person's environment, for the runs of a laptop. */
  readonly environment: Readonly<Record<string, string>>
  readonly uid: number
}

/** Reads the process environment; a bad value is an error that names the variable. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  // An empty variable is as good as none. By hand: a library for it would cost every command its time.
  const value = (name: string) => env[name] || undefined
  const databaseUrl = value('DATABASE_URL')
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw invalid(
      'the environment variable DATABASE_URL must start with postgres:// or postgresql://',
      { next: 'Correct or unset DATABASE_URL.' },
    )
  }
  const { DATABASE_URL: _secret, ...rest } = env
  return Object.freeze({
    databaseUrl,
    dataHome: path.resolve(
      value('PORTOLAN_DATA_DIR') ??
        path.join(value('XDG_DATA_HOME') ?? path.join(homedir(), '.local', 'share'), 'portolan'),
    ),
    runtimeDirectory: value('XDG_RUNTIME_DIR') ?? tmpdir(),
    color: value('NO_COLOR') === undefined,
    ci: value('CI') !== undefined && value('CI') !== 'false',
    terraformWorkspace: value('TF_WORKSPACE'),
    environment: Object.freeze(
      Object.fromEntries(
        Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    ),
    uid: userInfo().uid,
  })
}

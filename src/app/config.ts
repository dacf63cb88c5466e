import { homedir, tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import type { ToolInstall } from '../engines/index.ts'
import { invalid } from '../platform/errors.ts'

type ToolReleases = Pick<ToolInstall, 'mirrors' | 'offline'>

/** What the environment says, read once. */
export interface Config {
  /** A PostgreSQL to use instead of the embedded one. Holds a password: never print it. */
  readonly databaseUrl: string | undefined
  /** The server that does what commands ask for, without a slash at the end; undefined: this process does. */
  readonly serverUrl: string | undefined
  /** Who the server is to take us for, when it is not a token that `portolan login` kept. Never print it. */
  readonly serverToken: string | undefined
  /** Where a person's own settings are, absolute. */
  readonly configHome: string
  /** Where Portolan keeps its data for this user, absolute. */
  readonly dataHome: string
  /** A short directory for sockets: a socket's path may not be longer than about 100 bytes. */
  readonly runtimeDirectory: string
  readonly color: boolean
  readonly ci: boolean
  /** Where a server fetches Terraform and OpenTofu from. May hold a password: never print it. */
  readonly releases: ToolReleases
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
  const { DATABASE_URL: _secret, PORTOLAN_TOKEN: _token, ...rest } = env
  const home = (name: string, ...usual: readonly string[]) =>
    path.join(value(name) ?? path.join(homedir(), ...usual), 'portolan')
  return Object.freeze({
    databaseUrl,
    serverUrl: serverUrlOf(value('PORTOLAN_URL')),
    serverToken: value('PORTOLAN_TOKEN'),
    configHome: path.resolve(home('XDG_CONFIG_HOME', '.config')),
    dataHome: path.resolve(value('PORTOLAN_DATA_DIR') ?? home('XDG_DATA_HOME', '.local', 'share')),
    runtimeDirectory: value('XDG_RUNTIME_DIR') ?? tmpdir(),
    color: value('NO_COLOR') === undefined,
    ci: value('CI') !== undefined && value('CI') !== 'false',
    releases: releasesOf(value),
    terraformWorkspace: value('TF_WORKSPACE'),
    environment: Object.freeze(
      Object.fromEntries(
        Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    ),
    uid: userInfo().uid,
  })
}

/** @throws AppError `invalid` for what is no address of a server */
export function serverUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  const isFit =
    url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
  if (isFit && url.username === '' && url.password === '') return url.href.replace(/\/+$/, '')
  throw invalid(
    'the address of the server (PORTOLAN_URL) must be an http or https URL, without a password',
    {
      next: 'As in: export PORTOLAN_URL=https://portolan.example.com',
    },
  )
}

function releasesOf(value: (name: string) => string | undefined): ToolReleases {
  const mirror = (name: string) => {
    const text = value(name)
    if (text === undefined || path.isAbsolute(text)) return text
    if (/^(https?|file):$/.test(URL.parse(text)?.protocol ?? '')) return text
    throw invalid(`the environment variable ${name} is neither an address nor an absolute path`, {
      next: `As in: ${name}=https://mirror.example.com/releases`,
    })
  }
  const terraform = mirror('PORTOLAN_TERRAFORM_RELEASES')
  const tofu = mirror('PORTOLAN_OPENTOFU_RELEASES')
  return {
    mirrors: {
      ...(terraform === undefined ? {} : { terraform }),
      ...(tofu === undefined ? {} : { tofu }),
    },
    offline: !['false', '0'].includes(value('PORTOLAN_OFFLINE') ?? 'false'),
  }
}

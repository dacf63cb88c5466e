import { homedir, tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { invalid } from '../platform/errors.ts'

const Environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  PORTOLAN_DATA_DIR: z.string().min(1).optional(),
  XDG_DATA_HOME: z.string().min(1).optional(),
  XDG_RUNTIME_DIR: z.string().min(1).optional(),
  NO_COLOR: z.string().optional(),
  CI: z.string().optional(),
  TF_WORKSPACE: z.string().optional(),
})

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
  const parsed = Environment.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  )
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw invalid(`the environment variable ${issue?.path.join('.')} ${issue?.message}`, {
      next: `Correct or unset ${issue?.path.join('.')}.`,
    })
  }
  const values = parsed.data
  const { DATABASE_URL: _secret, ...rest } = env
  return Object.freeze({
    databaseUrl: values.DATABASE_URL,
    dataHome: path.resolve(
      values.PORTOLAN_DATA_DIR ??
        path.join(values.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share'), 'portolan'),
    ),
    runtimeDirectory: values.XDG_RUNTIME_DIR ?? tmpdir(),
    color: values.NO_COLOR === undefined,
    ci: values.CI !== undefined && values.CI !== 'false',
    terraformWorkspace: values.TF_WORKSPACE,
    environment: Object.freeze(
      Object.fromEntries(
        Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    ),
    uid: userInfo().uid,
  })
}

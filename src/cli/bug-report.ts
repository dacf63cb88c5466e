import { appendFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { inspect } from 'node:util'
import { type Config, readConfig } from '../app/config.ts'
import { AppError, messageOf } from '../platform/errors.ts'
import { version } from '../platform/version.ts'
import { createRedactor } from '../secrets/index.ts'
import { showProblem } from './show-problem.ts'
import type { Terminal } from './terminal.ts'

/** Says that something is a bug, and where the details are; they hold no secret that is known here. */
export async function reportBug(
  terminal: Terminal,
  error: unknown,
  args: readonly string[],
): Promise<void> {
  const config = configIfReadable()
  const redactor = createRedactor(secretsAround(config, args))
  const file = await writeDetails(config, redactor.redact(details(error, args)))
  showProblem(
    terminal,
    new AppError('unavailable', `this is a bug in Portolan: ${redactor.redact(messageOf(error))}`, {
      next:
        file === undefined
          ? 'Please report it, with what you did.'
          : `Please report it with the details in ${file} (look through them first).`,
    }),
  )
}

function details(error: unknown, args: readonly string[]): string {
  const command = args.filter((argument) => !argument.includes('=')).join(' ')
  return [
    `${new Date().toISOString()} portolan ${command}`,
    `portolan ${version()}, node ${process.version} ${process.platform} ${process.arch}`,
    inspect(error, { depth: 4 }),
    '',
  ].join('\n')
}

/** Values of variables, of `-var` and of what looks like a password in the environment. */
function secretsAround(config: Config | undefined, args: readonly string[]): string[] {
  const assigned = args
    .filter((argument) => argument.includes('='))
    .map((argument) => argument.slice(argument.indexOf('=') + 1))
  const named = Object.entries(config?.environment ?? {})
    .filter(([name]) => /url|token|secret|password|key|credential|^TF_VAR_/i.test(name))
    .map(([, value]) => value)
  return [
    ...assigned,
    ...assigned.map((value) => value.slice(value.indexOf('=') + 1)),
    ...named,
    ...(config?.databaseUrl === undefined
      ? []
      : [config.databaseUrl, passwordOf(config.databaseUrl)]),
  ]
}

function configIfReadable(): Config | undefined {
  try {
    return readConfig()
  } catch {
    return undefined
  }
}

function passwordOf(databaseUrl: string): string {
  return decodeURIComponent(URL.parse(databaseUrl)?.password ?? '')
}

async function writeDetails(config: Config | undefined, text: string): Promise<string | undefined> {
  if (config === undefined) return undefined
  try {
    const { dataHome } = config
    const file = path.join(dataHome, 'bugs.log')
    await mkdir(dataHome, { recursive: true, mode: 0o700 })
    await appendFile(file, `${text}\n`, { mode: 0o600 })
    return file
  } catch {
    return undefined // The report itself must not hide what happened.
  }
}

import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../src/platform/process/process.ts'
import { say, typed } from './narration.ts'
import { runInTerminal } from './terminal.ts'

const home = fileURLToPath(new URL('..', import.meta.url))
const program = path.join(home, 'bin', 'portolan.mjs')
const repository = path.join(home, '.data', 'demo', 'shop')
// What lies outside of the repository: which images were pushed.
const registry = path.join(home, '.data', 'demo', 'registry')
const environment: Record<string, string> = {
  ...definedEnvironment(),
  PORTOLAN_DATA_DIR: process.env['PORTOLAN_DATA_DIR'] ?? path.join(home, '.data', 'portolan'),
}

/** A release of the shop: what changes in its manifest. */
export interface Release {
  readonly version: string
  /** GB of the database in dev. */
  readonly storage: number
}

/** Exit codes that are as they should be: done, or it waits for an approval. */
type Expected = readonly number[]
const done: Expected = [0]

/** A repository of the sample platform, and the commands that the demo types in it. */
export async function openDemo() {
  await mkdir(registry, { recursive: true })
  await mkdir(repository, { recursive: true })
  await cp(path.join(home, 'demo', 'platform'), repository, { recursive: true })
  await git('init', '--quiet', '--initial-branch=main')
  await git('config', 'user.name', 'Demo')
  await git('config', 'user.email', 'demo@example.com')
  // Whoever starts it again goes on with the next releases.
  const pushed = (await readdir(registry)).length
  return {
    path: path.relative(process.cwd(), repository),
    first: releaseNumber(pushed),
    second: releaseNumber(pushed + 1),
    release,
    push,
    git,
    portolan,
    newestChange,
    approveUntilDone,
    whatToTry: whatToTry(),
  }
}

function releaseNumber(number: number): Release {
  return { version: `1.${number}.0`, storage: 10 * (number + 1) }
}

/** Writes the release into the manifest and commits it. */
async function release({ version, storage }: Release): Promise<void> {
  const file = path.join(repository, 'portolan.yaml')
  const text = (await readFile(file, 'utf8'))
    .replace(/^( {2}version:) \S+/m, `$1 ${version}`)
    .replace(/(slot: 10, storage:) \d+/, `$1 ${storage}`)
  await writeFile(file, text)
  await git('add', '--all')
  await git('commit', '--quiet', '--allow-empty', '--message', `Ship ${version}`)
  say(`Committed: "Ship ${version}" (its version, and a larger database in dev).`)
}

async function push({ version }: Release): Promise<void> {
  const file = path.join(registry, `shop-${version}`)
  typed(`echo "the shop, ${version}" > ${path.relative(repository, file)}`)
  await writeFile(file, `the shop, ${version}\n`)
}

/** Types a command and shows what it says. Whatever is not expected ends the demo. */
async function portolan(args: readonly string[], expected: Expected = done): Promise<number> {
  typed(`portolan ${args.map(quoted).join(' ')}`)
  const exitCode = await runInTerminal(process.execPath, [program, ...args], {
    cwd: repository,
    env: environment,
  })
  if (expected.includes(exitCode)) return exitCode
  process.stderr.write(`\nThe demo stopped: portolan ${args.join(' ')} ended with ${exitCode}.\n`)
  process.exit(1)
}

/** `change-7`: the name that a person would read off the screen. */
async function newestChange(): Promise<string> {
  const args = [program, 'history', '--json', '-n', '1']
  const result = await runCommand(process.execPath, args, { cwd: repository, env: environment })
  return JSON.parse(String(result.stdout)).changes[0].change
}

/**
 * Approves what waits in an environment and goes on, until nothing waits there: what could not be
 * planned before asks once more when it could.
 */
async function approveUntilDone(
  change: string,
  where: string,
  why: readonly string[] = [],
): Promise<void> {
  for (let exitCode = 3; exitCode === 3; ) {
    await portolan(['approve', change, '-e', where, '--yes', ...why])
    exitCode = await portolan(['resume', change, '--auto-approve', ...why], [0, 3])
  }
}

async function git(...args: string[]): Promise<void> {
  const result = await runCommand('git', args, { cwd: repository, env: environment })
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.stderr}`)
}

function whatToTry(): string {
  return [
    `cd ${path.relative(process.cwd(), repository)}`,
    `export PORTOLAN_DATA_DIR=${environment['PORTOLAN_DATA_DIR']}`,
    `alias portolan="${process.execPath} ${program}"`,
    '',
    'Change portolan.yaml or infra/, then:',
    '  portolan plan --affected          # what would happen, where and why',
    '  portolan apply --affected         # asks for each environment as it comes',
    '  portolan status                   # what is deployed where',
    '  portolan state show terraform_data.database -c db -e dev',
    '  portolan --help',
  ].join('\n')
}

function quoted(text: string): string {
  return /^[\w@=~.,:/-]+$/.test(text) ? text : `'${text}'`
}

function definedEnvironment(): Record<string, string> {
  const defined = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  // Terraform warns in each run of a file that is not there.
  return Object.fromEntries(
    defined.filter(([name, value]) => name !== 'TF_CLI_CONFIG_FILE' || existsSync(value)),
  )
}

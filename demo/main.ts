import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runCommand } from '../src/platform/process/process.ts'
import { versions } from './sample.ts'
import { runInTerminal } from './terminal.ts'

const home = fileURLToPath(new URL('..', import.meta.url))
const portolan = path.join(home, 'bin', 'portolan.mjs')
const repository = path.join(home, '.data', 'demo', 'shop')
const environment: Record<string, string> = {
  ...definedEnvironment(),
  PORTOLAN_DATA_DIR: process.env['PORTOLAN_DATA_DIR'] ?? path.join(home, '.data', 'portolan'),
}

/** Drives real changes of a sample platform through Portolan, as a person would type them. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })
  const started = performance.now()

  title('A repository with one Terraform root module')
  await mkdir(repository, { recursive: true })
  await git('init', '--quiet', '--initial-branch=main')
  await git('config', 'user.name', 'Demo')
  await git('config', 'user.email', 'demo@example.com')
  say(`It is at ${path.relative(process.cwd(), repository)}; nothing in it knows of Portolan.`)

  for (const [index, version] of versions.entries()) {
    title(`Version ${index + 1}: ${version.title}`)
    for (const [name, content] of Object.entries(version.files)) {
      await writeFile(path.join(repository, name), content)
    }
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '--message', version.title)
    await run('apply', '--auto-approve')
  }

  title('What was recorded')
  await run('history')
  await run('state', 'history')
  say('What changed between the last two states (the password stays masked):')
  await run('state', 'diff')
  await run('outputs')

  title('Back to version 1: roll the configuration back, not the state')
  await git('revert', '--no-edit', 'HEAD')
  await run('apply', '--auto-approve')
  await run('status')

  title(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. What to try next`)
  say(
    [
      `cd ${path.relative(process.cwd(), repository)}`,
      `export PORTOLAN_DATA_DIR=${environment['PORTOLAN_DATA_DIR']}`,
      `alias portolan="${process.execPath} ${portolan}"`,
      '',
      'Change main.tf, then: portolan plan                # see what would happen',
      '                      portolan apply               # approve and apply it',
      '                      portolan state show terraform_data.database',
      '                      portolan logs                # what Terraform said',
      '                      portolan --help',
    ].join('\n'),
  )
  if (values.once) return
  title('A server for plain Terraform clients (Ctrl-C ends it)')
  await run('server')
}

async function run(...args: string[]): Promise<void> {
  process.stdout.write(`\n\u001b[1m$ portolan ${args.join(' ')}\u001b[0m\n`)
  const exitCode = await runInTerminal(process.execPath, [portolan, ...args], {
    cwd: repository,
    env: environment,
  })
  if (exitCode !== 0) {
    process.stderr.write(`\nThe demo stopped: portolan ${args.join(' ')} ended with ${exitCode}.\n`)
    process.exit(1)
  }
}

async function git(...args: string[]): Promise<void> {
  const result = await runCommand('git', args, { cwd: repository, env: environment })
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.stderr}`)
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}

function title(text: string): void {
  process.stdout.write(`\n\u001b[1;36m■ ${text}\u001b[0m\n`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await main()

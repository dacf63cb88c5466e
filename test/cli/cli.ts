import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { compileCache } from '../support/compile-cache.ts'
import { test as base } from '../support/database.ts'
import { builtProgram } from '../support/program.ts'
import { type Ended, type Running, startRunning } from '../support/running.ts'

const portolan = await builtProgram()

export type { Ended, Running }

/** How a command on a terminal ended, and what stood there. */
export type Terminal = Pick<Ended, 'exitCode' | 'stdout'>

/** A repository of a person, and the command line in it. */
export interface Cli {
  readonly directory: string
  readonly dataHome: string
  /** Puts a shell script of this name before all other programs. */
  shadow(program: string, script: string): Promise<void>
  write(name: string, content: string): Promise<void>
  run(...args: string[]): Promise<Ended>
  start(...args: string[]): Running
  /** Runs the command with this on its standard input. */
  pipe(input: string, ...args: string[]): Promise<Ended>
  /** Runs the command on a terminal of its own, and types the next answer at each question. */
  onTerminal(answers: readonly string[], ...args: string[]): Promise<Terminal>
  git(...args: string[]): Promise<Ended>
  /** Runs the command with its standard output going to a file. */
  runTo(file: string, ...args: string[]): Promise<Ended>
  which(program: string): Promise<Ended>
}

/** vitest's `test` with a command line in an empty git repository and a database of its own. */
export const test = base.extend<{ cli: Cli }>({
  cli: async ({ connection }, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'portolan-cli-'))
    const directory = path.join(root, 'shop')
    const dataHome = path.join(root, 'data')
    await mkdir(directory)
    const environment = {
      // Programs that a test puts in the place of others.
      PATH: `${path.join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: root,
      ...compileCache,
      PORTOLAN_DATA_DIR: dataHome,
      DATABASE_URL: connection,
      TF_CLI_CONFIG_FILE: '/dev/null',
      CHECKPOINT_DISABLE: '1',
      GIT_CONFIG_NOSYSTEM: '1',
    }
    const start = (command: string, args: readonly string[]) =>
      startRunning(command, args, { cwd: directory, env: environment })
    const cli: Cli = {
      directory,
      dataHome,
      write: async (name, content) => {
        const file = path.join(directory, name)
        await mkdir(path.dirname(file), { recursive: true })
        await writeFile(file, content)
      },
      shadow: async (program, script) => {
        const bin = path.join(root, 'bin')
        await mkdir(bin, { recursive: true })
        await writeFile(path.join(bin, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      },
      run: (...args) => start(process.execPath, [portolan, ...args]).ended,
      start: (...args) => start(process.execPath, [portolan, ...args]),
      pipe: (input, ...args) =>
        start('sh', ['-c', 'printf %s "$0" | "$@"', input, process.execPath, portolan, ...args])
          .ended,
      onTerminal: (answers, ...args) => {
        const command = [process.execPath, portolan, ...args].map((arg) => `'${arg}'`).join(' ')
        const terminal = spawn('script', ['-qfec', command, '/dev/null'], {
          cwd: directory,
          env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh' },
          stdio: ['pipe', 'pipe', 'inherit'],
        })
        return answerEach(terminal, answers)
      },
      git: (...args) => start('git', args).ended,
      runTo: (file, ...args) =>
        start('sh', ['-c', 'exec "$@" >"$0"', file, process.execPath, portolan, ...args]).ended,
      which: (program) => start('which', [program]).ended,
    }
    await cli.git('init', '-q')
    await cli.git('config', 'user.name', 'Ada')
    await cli.git('config', 'user.email', 'ada@example.org')
    await use(cli)
    await rm(root, { recursive: true, force: true })
  },
})

/** How a question ends, which stands at the end of what was written. */
const question = /(?:\[[a-z/]+\]|environment:|not shown\):) $/

async function answerEach(
  terminal: ChildProcessByStdio<Writable, Readable, null>,
  answers: readonly string[],
): Promise<Terminal> {
  let answered = 0
  let seen = 0
  let text = ''
  terminal.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
    if (!question.test(stripVTControlCharacters(text.slice(seen)))) return
    seen = text.length
    terminal.stdin.write(`${answers[answered] ?? 'no'}\n`)
    answered += 1
  })
  const [exitCode] = await once(terminal, 'close')
  return { exitCode, stdout: stripVTControlCharacters(text) }
}

/** Two resources, an output and a sensitive one. */
export function sample(image: string): string {
  return `
resource "terraform_data" "app" {
  input = { image = "${image}" }
}
variable "password" {
  type      = string
  sensitive = true
  default   = "correct horse battery staple"
}
resource "terraform_data" "admin" {
  input = { password = var.password }
}
output "image" { value = terraform_data.app.output.image }
output "password" {
  value     = var.password
  sensitive = true
}
`
}

/** A resource whose creation goes on until the file \`go\` is there. */
export const slow = `
resource "terraform_data" "first" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "echo begun; until [ -e go ]; do sleep 0.05; done" }
}
`

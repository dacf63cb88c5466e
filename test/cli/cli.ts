import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { compileCache } from '../support/compile-cache.ts'
import { test as base } from '../support/database.ts'
import { builtProgram } from '../support/program.ts'

const portolan = await builtProgram()

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Every line of standard output as JSON; only of a call with `--json`. */
  events(): Record<string, unknown>[]
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has written to standard output so far. */
  output(): string
  /** Resolves when its output has matched; rejects when the command ends before. */
  said(pattern: RegExp): Promise<void>
}

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
  onTerminal(answers: readonly string[], ...args: string[]): Promise<Ended>
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
      follow(
        spawn(command, args, {
          cwd: directory,
          env: environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      )
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
        const terminal = follow(
          spawn('script', ['-qfec', command, '/dev/null'], {
            cwd: directory,
            env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh' },
            stdio: ['pipe', 'pipe', 'pipe'],
          }),
        )
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

function follow(child: ChildProcess): Running {
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const listener of listeners) listener()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) =>
      resolve({
        exitCode,
        stdout,
        stderr,
        events: () =>
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line)),
      }),
    )
  })
  return {
    child,
    ended,
    output: () => stdout,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stdout) && !pattern.test(stderr)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void ended.then(() =>
          reject(new Error(`it ended without ${pattern}:\n${stdout}\n${stderr}`)),
        )
      }),
  }
}

/** How a question ends, which stands at the end of what was written. */
const question = /(?:\[[a-z/]+\]|environment:|not shown\):) $/

async function answerEach(terminal: Running, answers: readonly string[]): Promise<Ended> {
  let answered = 0
  let seen = 0
  terminal.child.stdout?.on('data', () => {
    const text = terminal.output()
    if (!question.test(stripVTControlCharacters(text.slice(seen)))) return
    seen = text.length
    terminal.child.stdin?.write(`${answers[answered] ?? 'no'}\n`)
    answered += 1
  })
  const ended = await terminal.ended
  return { ...ended, stdout: stripVTControlCharacters(ended.stdout) }
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

import path from 'node:path'
import { runCommand, startCommand } from '../../src/platform/process/process.ts'
import { builtProgram } from '../support/program.ts'
import type { Outcome, Terraform, ToolOptions } from './tool.ts'

const program = await builtProgram()

/** The command line of Portolan, as a person runs it in the root module. */
export function portolan({ shape, place, environment, databaseUrl }: ToolOptions): Terraform {
  const ours = { DATABASE_URL: databaseUrl, PORTOLAN_DATA_DIR: `${place.beside}/data` }
  const inputs = [
    ...(shape.variableFiles ?? []).map((file) => `--var-file=${file}`),
    ...Object.entries(shape.variables ?? {}).map(([name, value]) => `--var=${name}=${value}`),
    ...(shape.workspace === undefined ? [] : ['-e', shape.workspace]),
  ]

  async function call(command: string, args: readonly string[], more: object = {}) {
    const env = { ...environment, ...more }
    const result = await runCommand(command, args, { cwd: place.module, env })
    const stdout = result.stdout.toString()
    const said = eventsOf(stdout).map(
      ({ text, message, reason }) => text ?? message ?? reason ?? '',
    )
    const text = [stdout, result.stderr, ...said].join('')
    return { exitCode: result.exitCode, text, stdout, actions: [] }
  }

  const run = (...args: string[]): Promise<Outcome> =>
    call(process.execPath, [program, ...args], ours)

  return {
    name: 'portolan',
    run,
    terraform: (...args) => call('terraform', args),
    async plan() {
      const plan = await run('plan', '--json', '--detailed-exitcode', ...inputs)
      return { ...plan, actions: actionsOf(plan.stdout) }
    },
    apply: () => run('apply', '--json', '--auto-approve', ...inputs),
    destroy: () => run('destroy', '--json', '--auto-approve', ...inputs),
    async state() {
      const { exitCode, stdout } = await run('state', 'pull', ...environmentOf(shape.workspace))
      return exitCode === 0 ? stdout : ''
    },
    async serve(module) {
      const token = await run('token', 'create', 'reader', '--permission', 'state:read')
      const { url, close } = await startServer(place.root, { ...environment, ...ours })
      const project = path.basename(place.root)
      const address = `${url}/state/${project}/${module}@default`
      return { address, password: token.stdout.trim(), close }
    },
  }
}

function environmentOf(workspace: string | undefined): string[] {
  return workspace === undefined ? [] : ['-e', workspace]
}

/** `portolan server` on a free port. */
async function startServer(cwd: string, env: Readonly<Record<string, string>>) {
  const listening = Promise.withResolvers<string>()
  let output = ''
  const server = await startCommand(
    process.execPath,
    [program, 'server', '--local', '--port', '0', '--json'],
    {
      cwd,
      env,
      onOutput: (chunk) => {
        output += chunk.toString()
        const url = /"url":"([^"]+)"/.exec(output)?.[1]
        if (url !== undefined) listening.resolve(url)
      },
    },
  )
  const ended = server.exited.then(() => {
    throw new Error(`portolan server ended: ${output}`)
  })
  return {
    url: await Promise.race([listening.promise, ended]),
    close: async () => {
      server.signal('SIGTERM')
      await server.exited
    },
  }
}

interface Event {
  /** What Terraform said. */
  readonly text?: string
  readonly message?: string
  readonly reason?: string
  readonly summary?: {
    readonly changes: readonly { readonly address: string; readonly action: string }[]
    readonly outputs: readonly string[]
  }
}

/** With `--json` every line is an event. */
function eventsOf(stdout: string): Event[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => JSON.parse(line))
}

/** The changes of the plan that an event announces. */
function actionsOf(stdout: string): string[] {
  const summary = eventsOf(stdout).findLast((event) => event.summary !== undefined)?.summary
  if (summary === undefined) return []
  return [
    ...summary.changes.map(({ address, action }) => `${address}: ${action}`),
    ...summary.outputs.map((name) => `output.${name}`),
  ].toSorted()
}

import { pino } from 'pino'
import { type Context, withContext } from '../../app/context.ts'
import { startServer } from '../../app/server.ts'
import { invalid } from '../../platform/errors.ts'
import { type Location, locate } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'

interface Flags {
  readonly host?: string
  readonly port?: string
}

const DEFAULT_PORT = 7070

/** Serves states over HTTP until it is told to end. */
export async function run(call: Call<Flags>): Promise<number> {
  const { config, flags } = call
  const port = flags.port === undefined ? DEFAULT_PORT : readPort(flags.port)
  const location = await locate(call.directory, {
    dataHome: config.dataHome,
    env: config.environment,
    environment: undefined,
  })
  return withContext(config, location, (context) => serve(call, context, { location, port }))
}

async function serve(
  call: Call<Flags>,
  { db, state, projects, tokens }: Context,
  { location, port }: { readonly location: Location; readonly port: number },
): Promise<number> {
  const { terminal, flags } = call
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }))
  const server = await startServer(
    { db, state, projects, tokens, log },
    { host: flags.host ?? '127.0.0.1', port },
  )
  const project = (await projects.projectOf(location)) ?? location.project
  // Before it says that it listens: from then on somebody may end it.
  const end = ended()
  terminal.emit({ event: 'listening', url: server.url })
  terminal.print(
    `${terminal.style.good('Portolan listens')} on ${server.url}`,
    '',
    'A root module whose state shall be here (init asks whether to copy an existing one):',
    '',
    ...backendBlock(`${server.url}/state/${encodeURIComponent(project)}/COMPONENT@ENVIRONMENT`),
    '',
    'export TF_HTTP_PASSWORD=…   a token: portolan token create NAME',
    'Below /state/ a proxy must never redirect. Ctrl-C ends the server.',
  )
  await end
  terminal.note('Ending: requests in progress may finish.')
  await server.close()
  return exit.done
}

function backendBlock(address: string): string[] {
  return [
    '  terraform {',
    '    backend "http" {',
    `      address        = "${address}"`,
    `      lock_address   = "${address}"`,
    `      unlock_address = "${address}"`,
    '      username       = "portolan"',
    '    }',
    '  }',
  ]
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw invalid(`--port ${JSON.stringify(text)} is no port`, {
    next: 'Give a number from 0 to 65535.',
  })
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve())
  })
}

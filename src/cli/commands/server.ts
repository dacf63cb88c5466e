import { type Logger, pino } from 'pino'
import { type Context, withContext } from '../../app/context.ts'
import { invalid } from '../../platform/errors.ts'
import { type Location, locate } from '../../projects/index.ts'
import { startServer } from '../../server/server.ts'
import { openTeamServer } from '../../server/team-server.ts'
import { type Call, exit } from '../call.ts'

interface Flags {
  readonly host?: string
  readonly port?: string
  readonly publicUrl?: string
  readonly trustProxy?: readonly string[]
  readonly local?: boolean
}

const DEFAULT_PORT = 7070

/** Serves a team, or the states of one repository, until it is told to end. */
export async function run(call: Call<Flags>): Promise<number> {
  const { config, flags } = call
  const port = flags.port === undefined ? DEFAULT_PORT : readPort(flags.port)
  const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }))
  if (flags.local !== true) return serveTeam(call, { port, log })
  const location = await locate(call.directory, {
    dataHome: config.dataHome,
    env: config.environment,
    environment: undefined,
  })
  return withContext(config, location, (context) =>
    serveStates(call, context, { location, port, log }),
  )
}

async function serveTeam(
  { config, flags, terminal }: Call<Flags>,
  { port, log }: { readonly port: number; readonly log: Logger },
): Promise<number> {
  const server = await openTeamServer(config, {
    host: flags.host ?? '127.0.0.1',
    port,
    log,
    publicUrl: flags.publicUrl,
    trustedProxies: flags.trustProxy,
  })
  // Before it says that it listens: from then on somebody may end it.
  const end = ended()
  const url = flags.publicUrl ?? server.url
  terminal.emit({
    event: 'listening',
    url: server.url,
    ...(server.firstLink === undefined ? {} : { first_link: server.firstLink }),
  })
  terminal.print(`${terminal.style.good('Portolan listens')} on ${server.url}`, '')
  if (server.firstLink !== undefined) {
    terminal.print(
      'Nobody has signed in yet. The first administrator chooses a password here (once, within a day):',
      `  ${server.firstLink}`,
      '',
    )
  }
  terminal.print(
    `UI  ${url}   API  ${url}/docs   Health  ${url}/readyz`,
    `Command line elsewhere:  export PORTOLAN_URL=${url}   then: portolan login`,
    'Ctrl-C ends the server.',
  )
  await end
  terminal.note('Ending: what is at work ends gracefully.')
  await server.close()
  return exit.done
}

interface StatesOptions {
  readonly location: Location
  readonly port: number
  readonly log: Logger
}

/** The states of this repository alone, as its commands record them on this machine. */
async function serveStates(
  call: Call<Flags>,
  { db, state, projects, tokens }: Context,
  { location, port, log }: StatesOptions,
): Promise<number> {
  const { terminal, flags } = call
  const server = await startServer(
    { db, state, projects, tokens, log },
    { host: flags.host ?? '127.0.0.1', port },
  )
  const project = (await projects.projectOf(location)) ?? location.project
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

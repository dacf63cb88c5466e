import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { builtProgram } from './program.ts'

const program = await builtProgram()

/** `portolan server` as a process of its own; there may be any number of them on one database. */
export interface ServerProcess {
  readonly url: string
  readonly firstLink: string | undefined
  /** Usually as when the machine loses its power. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

export async function startServer(place: {
  readonly connection: string
  /** Where its files are. */
  readonly home: string
}): Promise<ServerProcess> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [program, 'server', '--port', '0', '--json'], {
    cwd: place.home,
    env: {
      PATH,
      HOME,
      DATABASE_URL: place.connection,
      PORTOLAN_DATA_DIR: place.home,
      CHECKPOINT_DISABLE: '1',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line)
    if (event.event !== 'listening') continue
    return {
      url: event.url,
      firstLink: event.first_link,
      kill: async (signal = 'SIGKILL') => {
        child.kill(signal)
        await exited
      },
    }
  }
  throw new Error('the server ended before it listened')
}

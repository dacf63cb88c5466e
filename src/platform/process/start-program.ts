import { ForkServer } from './fork-server.ts'
import { type OnOutput, type Spawned, type Spawning, spawnHere } from './spawn.ts'

const shared = { forkServer: undefined as ForkServer | undefined, holders: 0 }

/**
 * From now on programs are started by a small process beside this one, which is worth it where this one
 * is large and starts many. It ends when nobody holds it any more, and with this process.
 */
export function holdForkServer(): { release(): void } {
  shared.forkServer ??= new ForkServer()
  shared.holders += 1
  return {
    release: () => {
      shared.holders -= 1
      if (shared.holders > 0) return
      shared.forkServer?.close()
      shared.forkServer = undefined
    },
  }
}

/** Starts a program by whom this process has for it. */
export function startProgram(spawning: Spawning, onOutput: OnOutput): Spawned {
  return (shared.forkServer?.spawn ?? spawnHere)(spawning, onOutput)
}

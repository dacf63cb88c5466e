import { type ChildProcess, spawn } from 'node:child_process'
import { unavailable } from '../errors.ts'
import { type ChildExit, type OnOutput, type Spawned, type Spawning, spawnHere } from './spawn.ts'

type Stream = 'stdout' | 'stderr'

/** What the other process is told. */
type Wish =
  | { readonly kind: 'spawn'; readonly id: number; readonly spawning: Spawning }
  | { readonly kind: 'signal'; readonly id: number; readonly signal: NodeJS.Signals }
  /** A piece of output was taken: the next one may come. */
  | { readonly kind: 'taken'; readonly id: number; readonly stream: Stream }

/** What it tells. */
type News =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly code: string | undefined
      readonly message: string
    }
  | {
      readonly kind: 'output'
      readonly id: number
      readonly stream: Stream
      readonly chunk: Uint8Array
    }
  | { readonly kind: 'exited'; readonly id: number; readonly exit: ChildExit }
  | { readonly kind: 'closed'; readonly id: number }

interface Followed {
  readonly onOutput: OnOutput
  readonly pid: PromiseWithResolvers<number>
  readonly exited: PromiseWithResolvers<ChildExit>
  readonly closed: PromiseWithResolvers<void>
}

/**
 * A small process that starts programs for a large one. Starting a program copies the page tables of the
 * process that starts it, while everything else in it waits: 20 ms for each 100 MB were measured.
 */
export class ForkServer {
  #process: ChildProcess | undefined
  #isClosing = false
  #last = 0
  readonly #followed = new Map<number, Followed>()

  /**
   * Starts a program as a child of the other process, without a shell. When that one is lost, the promises
   * reject, and the program goes on.
   */
  readonly spawn = (spawning: Spawning, onOutput: OnOutput): Spawned => {
    const server = this.#started()
    this.#last += 1
    const id = this.#last
    const pid = Promise.withResolvers<number>()
    const exited = Promise.withResolvers<ChildExit>()
    const closed = Promise.withResolvers<void>()
    // Each is for who waits for it.
    for (const { promise } of [pid, exited, closed]) promise.catch(() => {})
    this.#followed.set(id, { onOutput, pid, exited, closed })
    server.channel?.ref()
    tell(server, { kind: 'spawn', id, spawning })
    return {
      pid: pid.promise,
      exited: exited.promise,
      closed: closed.promise,
      kill: (signal) => tell(server, { kind: 'signal', id, signal }),
    }
  }

  /** Ends it when all that it started has ended. */
  close(): void {
    this.#isClosing = true
    this.#rest()
  }

  /** Nobody waits any more: it does not keep this process from ending. */
  #rest(): void {
    if (this.#followed.size > 0) return
    this.#process?.channel?.unref()
    if (this.#isClosing) this.#process?.disconnect()
  }

  #started(): ChildProcess {
    if (this.#process !== undefined) return this.#process
    const server = spawn(process.execPath, ['--eval', `(${serve})(${spawnHere})`], {
      env: {},
      // A group of its own: Ctrl-C is for who ends gracefully what it started.
      detached: true,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const lost = () => {
      if (this.#process !== server) return
      this.#process = undefined
      const error = unavailable('the process that starts programs has ended', {
        next: 'Try again: it is started anew.',
      })
      for (const followed of this.#followed.values()) fail(followed, error)
      this.#followed.clear()
    }
    server.on('message', (news: News) => this.#take(server, news))
    server.once('error', lost)
    server.once('disconnect', lost)
    server.unref()
    server.channel?.unref()
    this.#process = server
    return server
  }

  #take(server: ChildProcess, news: News): void {
    const { id } = news
    const followed = this.#followed.get(id)
    if (followed === undefined) return
    if (news.kind === 'output') {
      const { stream } = news
      const taken = () => tell(server, { kind: 'taken', id, stream })
      pass(followed, news).then(taken, taken)
    } else if (news.kind === 'started') followed.pid.resolve(news.pid)
    else if (news.kind === 'exited') followed.exited.resolve(news.exit)
    else {
      if (news.kind === 'closed') followed.closed.resolve()
      else fail(followed, Object.assign(new Error(news.message), { code: news.code }))
      this.#followed.delete(id)
      this.#rest()
    }
  }
}

function fail(followed: Followed, error: Error): void {
  for (const one of [followed.pid, followed.exited, followed.closed]) one.reject(error)
}

async function pass(
  { onOutput, closed }: Followed,
  { chunk, stream }: Extract<News, { kind: 'output' }>,
): Promise<void> {
  try {
    await onOutput(Buffer.from(chunk), stream)
  } catch (error) {
    closed.reject(error)
  }
}

function tell(server: ChildProcess, wish: Wish): void {
  // Who waits hears of a lost process when it disconnects.
  server.send(wish, () => {})
}

/** The whole program of the other process, which gets its text: nothing around it is there. */
function serve(start: typeof spawnHere): void {
  process.title = 'portolan-fork-server'
  const programs = new Map<number, Spawned>()
  const taken = new Map<string, () => void>()
  const report = (news: News) => process.send?.(news, undefined, {}, () => {})
  const spawned = (id: number, spawning: Spawning) => {
    const failed = (error: NodeJS.ErrnoException) => {
      programs.delete(id)
      report({ kind: 'failed', id, code: error.code, message: error.message })
    }
    const onOutput: OnOutput = (chunk, stream) =>
      new Promise((resolve) => {
        taken.set(`${id} ${stream}`, resolve)
        report({ kind: 'output', id, stream, chunk })
      })
    try {
      const program = start(spawning, onOutput)
      programs.set(id, program)
      program.pid.then((pid) => report({ kind: 'started', id, pid }), failed)
      program.exited.then((exit) => report({ kind: 'exited', id, exit })).catch(() => {})
      program.closed
        .then(() => {
          programs.delete(id)
          report({ kind: 'closed', id })
        })
        .catch(() => {})
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  }
  process.on('message', (wish: Wish) => {
    if (wish.kind === 'spawn') spawned(wish.id, wish.spawning)
    else if (wish.kind === 'signal') programs.get(wish.id)?.kill(wish.signal)
    else taken.get(`${wish.id} ${wish.stream}`)?.()
  })
  process.on('disconnect', () => process.exit())
}

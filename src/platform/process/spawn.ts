/** A program to be started, with all that it gets. */
export interface Spawning {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string | undefined
  /** The child's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Buffer | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** It leads a process group of its own. */
  readonly leadsGroup?: boolean
  /** Files that it writes to instead of pipes, made anew. The same one twice keeps the order in which it spoke. */
  readonly files?: Readonly<Record<'stdout' | 'stderr', string>> | undefined
}

export interface ChildExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/** A program that was started. Its promises reject with the system's error when it could not be. */
export interface Spawned {
  readonly pid: Promise<number>
  readonly exited: Promise<ChildExit>
  /** After its end and that of its output, which others may keep open. Rejects with what `onOutput` threw. */
  readonly closed: Promise<unknown>
  kill(signal: NodeJS.Signals): void
}

/** Gets each piece of output, in order; a returned promise holds the program back. */
export type OnOutput = (chunk: Buffer, stream: 'stdout' | 'stderr') => void | Promise<void>

/**
 * Starts a program as a child of this process, without a shell. A fork server runs the text of this
 * function: nothing around it is there.
 */
export function spawnHere(spawning: Spawning, onOutput: OnOutput): Spawned {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const { closeSync, constants, openSync } = process.getBuiltinModule('node:fs')
  const { command, args, input, files, leadsGroup, ...place } = spawning
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants
  const open = (file: string) => openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  const stdout = files && open(files.stdout)
  const stderr = files && (files.stderr === files.stdout ? stdout : open(files.stderr))
  try {
    const child = spawn(command, args, {
      ...place,
      detached: leadsGroup ?? false,
      stdio: [input === undefined ? 'ignore' : 'pipe', stdout ?? 'pipe', stderr ?? 'pipe'],
    })
    // A program that does not read all of it has its reasons; its exit code tells them.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    const exited = new Promise<ChildExit>((resolve, reject) => {
      child.on('error', reject)
      child.once('exit', (code, signal) =>
        resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }),
      )
    })
    const read = async (stream: 'stdout' | 'stderr') => {
      for await (const chunk of child[stream] ?? []) await onOutput(chunk, stream)
    }
    const reading = Promise.all([read('stdout'), read('stderr')])
    const pid = new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.once('spawn', () => resolve(child.pid ?? 0))
    })
    const closed = exited.then(() => reading)
    // Each is for who waits for it.
    for (const promise of [pid, exited, reading, closed]) promise.catch(() => {})
    return { pid, exited, closed, kill: (signal) => child.kill(signal) }
  } finally {
    for (const descriptor of new Set([stdout, stderr])) {
      if (descriptor !== undefined) closeSync(descriptor)
    }
  }
}

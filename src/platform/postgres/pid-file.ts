/** What `postmaster.pid` says (PostgreSQL source: `src/include/utils/pidfile.h`). */
export interface PidFile {
  readonly pid: number
  /** Where its socket is; known once it has made one. */
  readonly socketDirectory: string | undefined
  readonly ready: boolean
}

/** Reads the text of a `postmaster.pid`; undefined while it is empty or torn. */
export function parsePidFile(text: string): PidFile | undefined {
  const lines = text.split('\n')
  // The first line is complete only when its end has been written.
  if (lines.length < 2) return undefined
  const pid = Math.abs(Number(lines[0]))
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined
  return {
    pid,
    socketDirectory: lines[4] || undefined,
    ready: lines[7]?.trim() === 'ready',
  }
}

/**
 * Whether a process with these arguments is the postmaster of `directory`, which was started with
 * `-D <directory>`. Its children rename themselves to `postgres: …` and do not count.
 */
export function isPostmasterOf(directory: string, argv: readonly string[]): boolean {
  const program = argv[0]?.split('/').at(-1)
  return (program === 'postgres' || program === 'postmaster') && argv.includes(directory)
}

import { createHash } from 'node:crypto'
import path from 'node:path'
import { PORT } from './settings.ts'

/** The longest path of a socket that every supported system takes, in bytes (macOS: 104 with NUL). */
const LONGEST_SOCKET = 103

/** The files of one repository's PostgreSQL; `root` holds nothing else. */
export interface Layout {
  readonly root: string
  /** A link to the data directory that counts: switching it is atomic. */
  readonly current: string
  readonly config: string
  readonly log: string
  readonly creating: string
}

export function layoutOf(root: string): Layout {
  return {
    root,
    current: path.join(root, 'current'),
    config: path.join(root, 'config'),
    log: path.join(root, 'postgres.log'),
    creating: path.join(root, 'creating'),
  }
}

/** A new data directory's name; it says who makes it, so that a dead maker's can be removed. */
export function dataDirectoryName(major: number, pid: number, unique: string): string {
  return `${major}-${pid}-${unique}`
}

export interface DataDirectoryName {
  readonly major: number
  readonly maker: number
}

export function parseDataDirectoryName(name: string): DataDirectoryName | undefined {
  const parts = /^(\d+)-(\d+)-[0-9a-f]+(-before-upgrade)?$/.exec(name)
  return parts === null ? undefined : { major: Number(parts[1]), maker: Number(parts[2]) }
}

/** Where root keeps a repository's cluster when `nobody` cannot reach the repository's directory. */
export function systemPlace(systemDirectory: string, directory: string): string {
  return path.join(systemDirectory, 'clusters', `${path.basename(directory)}-${digest(directory)}`)
}

/**
 * Directories for the socket, best first: short enough, and a few names in case another user has
 * taken one. `purpose` keeps the two servers of an upgrade apart.
 */
export function socketDirectories(
  root: string,
  runtimeDirectory: string,
  purpose: string,
): string[] {
  const name = `portolan-${digest(root)}${purpose}`
  return [...new Set([runtimeDirectory, '/tmp'])].flatMap((parent) =>
    ['', '-1', '-2', '-3']
      .map((suffix) => path.join(parent, `${name}${suffix}`))
      .filter((directory) => Buffer.byteLength(socketIn(directory)) <= LONGEST_SOCKET),
  )
}

export function socketIn(directory: string): string {
  return path.join(directory, `.s.PGSQL.${PORT}`)
}

/** A directory and everything above it, from the root down. */
export function ancestors(directory: string): string[] {
  const parent = path.dirname(directory)
  return parent === directory ? [directory] : [...ancestors(parent), directory]
}

/** May this user pass through a directory with this owner and mode? (Access lists are not seen.) */
export function mayPass(
  directory: { readonly uid: number; readonly gid: number; readonly mode: number },
  user: { readonly uid: number; readonly gid: number },
): boolean {
  if (directory.uid === user.uid) return (directory.mode & 0o100) !== 0
  if (directory.gid === user.gid) return (directory.mode & 0o010) !== 0
  return (directory.mode & 0o001) !== 0
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

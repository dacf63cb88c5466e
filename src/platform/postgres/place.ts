import { chmod, lchown, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { codeOf, unavailable } from '../errors.ts'
import { runCommand } from '../process/process.ts'
import {
  ancestors,
  type Layout,
  layoutOf,
  mayPass,
  socketDirectories,
  systemPlace,
} from './paths.ts'

/** The operating system user that PostgreSQL runs as. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
  /** It is not the user of this process, which is root. */
  readonly switched: boolean
  /** Who may connect, beside root. */
  readonly guest: string
}

export interface PlaceOptions {
  /** The data directory of one repository, absolute. */
  readonly directory: string
  /** Where sockets go, if that is short enough and the server's user can reach it. */
  readonly runtimeDirectory: string
  /** This process's user. */
  readonly uid: number
  /** Root's place for programs and for clusters that `nobody` could not reach elsewhere. */
  readonly systemDirectory: string
}

/** Where one repository's PostgreSQL is. */
export interface Place extends Layout {
  /** Installed programs, one directory for each version. */
  readonly programs: string
}

const ROOT = 0

/** Finds or makes the place of a repository's cluster; where it had to go elsewhere, remembers that. */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const programs = path.join(
    options.uid === ROOT ? options.systemDirectory : path.dirname(options.directory),
    'postgresql',
  )
  const inside = path.join(options.directory, 'postgres')
  if (await exists(inside)) return { ...layoutOf(inside), programs }
  const pointer = path.join(options.directory, 'postgres-place')
  const remembered = (await readFile(pointer, 'utf8').catch(() => '')).trim()
  if (remembered !== '') {
    await refuseLostPlace(remembered, pointer)
    return { ...layoutOf(remembered), programs }
  }
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  if (options.uid !== ROOT || (await reaches(options.directory, await nobody()))) {
    await mkdir(inside, { recursive: true, mode: 0o755 })
    return { ...layoutOf(inside), programs }
  }
  const outside = systemPlace(options.systemDirectory, options.directory)
  await mkdir(outside, { recursive: true, mode: 0o755 })
  await refuseUnreachable(outside)
  await writeFile(pointer, `${outside}\n`)
  return { ...layoutOf(outside), programs }
}

async function refuseLostPlace(place: string, pointer: string): Promise<void> {
  if (await exists(place)) return
  throw unavailable(`the database was kept in ${place}, and that directory is gone`, {
    next: `Restore it from a backup. To start with an empty database instead, delete ${pointer}.`,
  })
}

async function refuseUnreachable(place: string): Promise<void> {
  if (await reaches(place, await nobody())) return
  throw unavailable(`PostgreSQL does not run as root, and the user nobody cannot reach ${place}`, {
    next: 'Make the directories above it passable (chmod o+x), run as another user, or set DATABASE_URL.',
  })
}

/** The user that a server runs as: who owns its place or data; where that is root, nobody. */
export async function serverUser(uid: number, owned: string): Promise<ServerUser> {
  if (uid !== ROOT) {
    const name = ownName(uid)
    return { uid, gid: process.getgid?.() ?? uid, switched: false, guest: name }
  }
  const owner = await stat(owned)
  const user = await nobody()
  if (owner.uid === user.uid || owner.uid === ROOT) return user
  return { uid: owner.uid, gid: owner.gid, switched: true, guest: await nameOf(owner.uid) }
}

function ownName(uid: number): string {
  try {
    return userInfo().username
  } catch (cause) {
    throw unavailable(
      `the user with the number ${uid} has no name on this machine, and PostgreSQL needs one`,
      {
        cause,
        next: 'Add it to /etc/passwd, or set DATABASE_URL to a server.',
      },
    )
  }
}

async function nobody(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([identify(['-u', 'nobody']), identify(['-g', 'nobody'])])
  if (uid === undefined || gid === undefined) {
    throw unavailable(
      'PostgreSQL does not run as root, and this machine has no user nobody to run it',
      {
        next: 'Run portolan as another user, add the user nobody, or set DATABASE_URL to a server.',
      },
    )
  }
  return { uid: Number(uid), gid: Number(gid), switched: true, guest: 'root' }
}

async function nameOf(uid: number): Promise<string> {
  const name = await identify(['-un', String(uid)])
  if (name !== undefined) return name
  throw unavailable(
    `the database belongs to the user number ${uid}, who has no name on this machine`,
    {
      next: 'Run portolan as the user who made the database, or add that user to /etc/passwd.',
    },
  )
}

async function identify(args: readonly string[]): Promise<string | undefined> {
  const result = await runCommand('id', args, { env: { PATH: '/usr/bin:/bin' } })
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : undefined
}

/** Gives a directory that root made to the server's user. */
export async function giveTo(user: ServerUser, directory: string): Promise<void> {
  if (user.switched) await lchown(directory, user.uid, user.gid)
}

/** What root makes in a place of another user's is that user's, who may come back without root. */
export async function giveToOwner(place: Place, uid: number, file: string): Promise<void> {
  if (uid !== ROOT) return
  const owner = await stat(place.root)
  if (owner.uid !== ROOT) await lchown(file, owner.uid, owner.gid)
}

/** Makes a directory for the socket that only the server's user can use. */
export async function makeSocketDirectory(
  root: string,
  options: Pick<PlaceOptions, 'runtimeDirectory' | 'uid'>,
  user: ServerUser,
  purpose: string,
): Promise<string> {
  const candidates = socketDirectories(root, options.runtimeDirectory, purpose)
  for (const directory of candidates) {
    if (await takeSocketDirectory(directory, options.uid, user)) return directory
  }
  throw unavailable(
    `no directory for PostgreSQL's socket could be made (tried ${candidates.join(', ')})`,
    {
      next: 'Set XDG_RUNTIME_DIR to a directory of yours with a short path.',
    },
  )
}

async function takeSocketDirectory(
  directory: string,
  uid: number,
  user: ServerUser,
): Promise<boolean> {
  if (user.switched && !(await reaches(path.dirname(directory), user))) return false
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return false
  }
  // Where everybody may write (/tmp) it may be another user's, or a link to anywhere.
  const found = await lstat(directory).catch(() => undefined)
  if (!found?.isDirectory() || (found.uid !== user.uid && found.uid !== uid)) return false
  if ((found.mode & 0o777) !== 0o700) await chmod(directory, 0o700)
  if (found.uid !== user.uid) await giveTo(user, directory)
  return true
}

async function reaches(directory: string, user: ServerUser): Promise<boolean> {
  const found = await Promise.all(
    ancestors(directory).map((each) => stat(each).catch(() => undefined)),
  )
  return found.every((each) => each !== undefined && mayPass(each, user))
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined
}

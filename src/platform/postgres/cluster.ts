import { randomBytes } from 'node:crypto'
import {
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import path from 'node:path'
import { codeOf, unavailable } from '../errors.ts'
import { runCommand } from '../process/process.ts'
import { diskFullError, lastLines, startFailure } from './failures.ts'
import { dataDirectoryName, parseDataDirectoryName } from './paths.ts'
import { giveTo, type Place, serverUser } from './place.ts'
import { killPostmaster } from './postmaster.ts'
import { ROLE } from './settings.ts'
import { inTurn, isAlive } from './turn.ts'
import type { Programs } from './versions.ts'

/** A data directory and the major version that wrote it. */
export interface Cluster {
  readonly directory: string
  readonly major: number
}

/** The cluster that counts, if there is one. */
export async function currentCluster(place: Place): Promise<Cluster | undefined> {
  const directory = await realpath(place.current).catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  })
  if (directory === undefined) return undefined
  const text = await readFile(path.join(directory, 'PG_VERSION'), 'utf8').catch((error) => {
    throw unavailable(`the database in ${directory} cannot be read (${codeOf(error)})`, {
      cause: error,
      next: 'Run portolan as the user who made it; if files are missing, restore them from a backup.',
    })
  })
  return { directory, major: Number.parseInt(text, 10) }
}

/** Makes the first cluster of a place; of several commands one makes it and the others find it. */
export async function createFirstCluster(
  place: Place,
  uid: number,
  programs: Programs,
): Promise<void> {
  await inTurn(place.creating, async () => {
    if ((await currentCluster(place)) !== undefined) return
    await refuseLostLink(place)
    const directory = await createCluster(place, uid, programs)
    try {
      await symlink(path.basename(directory), place.current)
      await persistDirectory(place.root)
    } catch (error) {
      await rm(directory, { recursive: true, force: true })
      if (codeOf(error) !== 'EEXIST') throw error
    }
  })
}

/** A directory that a server once ran in is data, not the rest of a broken start. */
async function refuseLostLink(place: Place): Promise<void> {
  const link = await readlink(place.current).catch(() => undefined)
  if (link !== undefined) {
    throw unavailable(`the database ${path.join(place.root, link)} is gone`, {
      next: `Restore it from a backup. To start with an empty database instead, delete ${place.current}.`,
    })
  }
  for (const name of await readdir(place.root)) {
    const opened = await readFile(path.join(place.root, name, 'postmaster.opts')).catch(
      () => undefined,
    )
    if (opened === undefined) continue
    throw unavailable(
      `${place.root} holds a database (${name}) but not the link that says which one counts`,
      {
        next: `Restore the link: ln -s ${name} ${place.current}`,
      },
    )
  }
}

/** Runs initdb, which leaves everything on the disk, into a new data directory of the place. */
export async function createCluster(
  place: Place,
  uid: number,
  programs: Programs,
): Promise<string> {
  const user = await serverUser(uid, place.root)
  const name = dataDirectoryName(programs.major, process.pid, randomBytes(4).toString('hex'))
  const directory = path.join(await realpath(place.root), name)
  await mkdir(directory, { mode: 0o700 })
  try {
    await giveTo(user, directory)
    const result = await runCommand(
      path.join(programs.bin, 'initdb'),
      [
        ...['-D', directory, '--username', ROLE],
        ...[
          '--encoding=UTF8',
          '--locale=C',
          '--auth=peer',
          '--data-checksums',
          '--no-instructions',
        ],
      ],
      {
        env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
        cwd: '/',
        ...(user.switched ? { uid: user.uid, gid: user.gid } : {}),
      },
    )
    if (result.exitCode !== 0)
      refuseInit(`${result.stderr}\n${result.stdout.toString('utf8')}`, place)
    return directory
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

function refuseInit(output: string, place: Place): never {
  if (startFailure(output) === 'disk-full') throw diskFullError(place.root)
  throw unavailable(
    `PostgreSQL could not make a database in ${place.root}:\n${lastLines(output.trim())}`,
  )
}

/** Makes another data directory the one that counts, at once. */
export async function switchCluster(place: Place, to: string): Promise<void> {
  const link = `${place.current}.${randomBytes(4).toString('hex')}`
  await symlink(path.basename(to), link)
  await rename(link, place.current)
  await persistDirectory(place.root)
}

/** Keeps a data directory that no longer counts until the next start. Nothing runs in it. */
export async function keepOldCluster(directory: string): Promise<void> {
  await rename(directory, `${directory}-before-upgrade`)
}

/** After a good start: what dead commands left, and what an upgrade kept until now. */
export async function removeLeftovers(place: Place): Promise<void> {
  const current = await readlink(place.current).catch(() => undefined)
  if (current === undefined) return
  for (const name of await readdir(place.root)) {
    const parsed = parseDataDirectoryName(name)
    if (parsed === undefined || name === path.basename(current)) continue
    // One that still lives may be making it.
    if (!name.endsWith('-before-upgrade') && isAlive(parsed.maker)) continue
    const directory = path.join(place.root, name)
    await killPostmaster(directory)
    await rm(directory, { recursive: true, force: true })
  }
}

async function persistDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync().finally(() => handle.close())
}

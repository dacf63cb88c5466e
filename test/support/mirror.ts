import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommand } from '../../src/platform/process/process.ts'
import { type MirrorPlaces, mirrorOf } from '../../src/projects/mirrors/places.ts'
import { aRepository, type Repository } from './repository.ts'

export const projectId = '0191d9a0-0000-7000-8000-000000000001'

/** A repository, and a server's directory that has a mirror of it. */
export interface Mirrored {
  readonly repository: Repository
  readonly places: MirrorPlaces
  /** Brings what the repository has to the mirror. */
  fetch(): Promise<void>
  dispose(): Promise<void>
}

export async function aMirror(files: Readonly<Record<string, string>>): Promise<Mirrored> {
  const repository = await aRepository(files)
  const places = await aPlace()
  const mirror = mirrorOf(places, projectId)
  const git = async (...args: string[]) => {
    const { exitCode, stderr } = await runCommand('git', args, { env: repository.env })
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  await mkdir(path.dirname(mirror), { recursive: true })
  await git('clone', '--quiet', '--mirror', repository.root, mirror)
  return {
    repository,
    places,
    async fetch() {
      await git('-C', mirror, 'fetch', '--quiet', 'origin', '+refs/*:refs/*')
    },
    async dispose() {
      await Promise.all([
        repository.dispose(),
        rm(places.dataDirectory, { recursive: true, force: true }),
      ])
    },
  }
}

/** An empty data directory of a server. */
export async function aPlace(): Promise<MirrorPlaces> {
  const dataDirectory = await realpath(await mkdtemp(path.join(tmpdir(), 'portolan-server-')))
  return { dataDirectory, env: { PATH: process.env['PATH'] ?? '', HOME: dataDirectory } }
}

import { statSync } from 'node:fs'
import { unavailable } from '../../platform/errors.ts'
import type { OwnRepository } from '../../platform/git/bare-git.ts'
import { type MirrorPlaces, mirrorOf } from './places.ts'

/**
 * The mirror of a project.
 * @throws AppError `unavailable` when this machine has none yet, though another one may
 */
export function openMirror(places: MirrorPlaces, projectId: string): OwnRepository {
  const gitDirectory = mirrorOf(places, projectId)
  if (statSync(gitDirectory, { throwIfNoEntry: false }) !== undefined) {
    return { gitDirectory, env: places.env }
  }
  throw unavailable('this server has not fetched the project yet', {
    next: 'Wait a minute, or see why: portolan project list',
  })
}

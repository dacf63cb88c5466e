import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runCommand } from '../../src/platform/process/process.ts'
import type { Files, Place, Shape } from './shape.ts'

/** A shape's place, made anew: an empty git repository with nothing around it. */
export async function makePlace(
  directory: string,
  shape: Shape,
  stateServer: string,
): Promise<Place> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory)
  const world = await realpath(directory)
  const beside = path.join(world, 'beside')
  const root = path.join(world, shape.repository ?? 'repository')
  await mkdir(beside)
  await mkdir(root)
  if (shape.git !== false) await git(root, 'init', '--quiet', '--initial-branch=main')
  return { root, module: path.join(root, shape.module ?? ''), beside, stateServer }
}

/** Lays files over the directory and removes those that are undefined. */
export async function layFiles(directory: string, files: Files): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const target = path.join(directory, name)
    await rm(target, { recursive: true, force: true })
    if (file === undefined) continue
    await mkdir(path.dirname(target), { recursive: true })
    if (typeof file === 'string') await writeFile(target, file)
    else await symlink(file.link, target)
  }
}

export async function commit(root: string): Promise<void> {
  await git(root, 'add', '--all')
  await git(root, 'commit', '--quiet', '--allow-empty', '--message=a change')
}

/** A bare repository with these files on its branch `main`, for module sources by git. */
export async function makeBareRepository(directory: string, files: Files): Promise<void> {
  const working = `${directory}.work`
  await mkdir(working, { recursive: true })
  await git(working, 'init', '--quiet', '--initial-branch=main')
  await layFiles(working, files)
  await commit(working)
  await git(working, 'clone', '--quiet', '--bare', working, directory)
}

async function git(directory: string, ...args: string[]): Promise<void> {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test']
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, GIT_CONFIG_NOSYSTEM: '1' }
  const result = await runCommand('git', [...author, ...args], { cwd: directory, env })
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`)
}

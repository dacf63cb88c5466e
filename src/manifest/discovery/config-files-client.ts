import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import { gitEnvironment } from '../../platform/process/git-environment.ts'
import { runCommand } from '../../platform/process/run-command.ts'
import { isLeftOut } from './facts.ts'

const extensions = ['.tf', '.tf.json', '.tofu', '.tofu.json'] as const

/** Configuration files below the root that git does not ignore, relative to it, by directory. */
export async function configFilesByDirectory(
  root: string,
  env: Readonly<Record<string, string>> | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = (env && (await filesOfGit(root, env))) ?? (await filesOfWalk(root))
  const byDirectory = new Map<string, string[]>()
  for (const file of files) {
    const slash = file.lastIndexOf('/')
    const directory = slash < 0 ? '' : file.slice(0, slash)
    const name = file.slice(slash + 1)
    if (name.startsWith('.') || isLeftOut(directory)) continue
    const names = byDirectory.get(directory)
    if (names === undefined) byDirectory.set(directory, [name])
    else names.push(name)
  }
  return byDirectory
}

/** Undefined where git has nothing to say. */
async function filesOfGit(
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[] | undefined> {
  // Outside a repository no program is started.
  if ((await lstat(path.join(root, '.git')).catch(() => undefined)) === undefined) return undefined
  const wanted = extensions.map((extension) => `*${extension}`)
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const result = await runCommand('git', ['-C', root, ...args, '--', ...wanted], {
    env: gitEnvironment(env),
    timeout: 60_000,
  })
  if (result.exitCode !== 0) return undefined
  return result.stdout.toString('utf8').split('\0').slice(0, -1)
}

async function filesOfWalk(root: string): Promise<readonly string[]> {
  const files: string[] = []
  const walk = async (directory: string): Promise<void> => {
    const entries = await readdir(path.join(root, directory), { withFileTypes: true }).catch(
      (error: unknown) => {
        if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) return []
        throw error
      },
    )
    for (const entry of entries) {
      const file = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') await walk(file)
      } else if (extensions.some((extension) => file.endsWith(extension))) files.push(file)
    }
  }
  await walk('')
  return files
}

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommand } from '../../src/platform/process/process.ts'

/** A git repository in a directory of its own, on the branch `main`. */
export interface Repository {
  readonly root: string
  /** Environment for git, without the configuration of whoever runs the test. */
  readonly env: Readonly<Record<string, string>>
  write(files: Readonly<Record<string, string>>): Promise<void>
  remove(...files: string[]): Promise<void>
  git(...args: string[]): Promise<string>
  /** Commits everything, and says which commit it is. */
  commit(message?: string): Promise<string>
  dispose(): Promise<void>
}

export async function aRepository(
  files: Readonly<Record<string, string>> = {},
): Promise<Repository> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'portolan-repository-')))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  }
  const git = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCommand('git', ['-C', root, ...args], { env })
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.toString('utf8').trim()
  }
  const repository: Repository = {
    root,
    env,
    git,
    async write(contents) {
      for (const [file, content] of Object.entries(contents)) {
        await mkdir(path.dirname(path.join(root, file)), { recursive: true })
        await writeFile(path.join(root, file), content)
      }
    },
    async remove(...names) {
      for (const name of names) await rm(path.join(root, name), { recursive: true })
    },
    async commit(message = 'change') {
      await git('add', '--all')
      await git('commit', '--quiet', '--message', message)
      return git('rev-parse', 'HEAD')
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  }
  await git('init', '--quiet', '--initial-branch=main')
  await repository.write(files)
  if (Object.keys(files).length > 0) await repository.commit('first')
  return repository
}

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/platform/process/process.ts'

const program = fileURLToPath(new URL('../../bin/portolan.mjs', import.meta.url))

/** A git repository, and what a person calls in it. */
export interface Shop {
  readonly directory: string
  /** Beside the repository. */
  readonly beside: string
  write(files: Readonly<Record<string, string>>): Promise<void>
  commit(message: string): Promise<void>
  portolan(...args: string[]): Promise<string>
  command(name: string, args: readonly string[], cwd?: string): Promise<string>
}

/** Makes a repository for as long as `use` takes, with a data directory of its own. */
export async function withShop<T>(use: (shop: Shop) => Promise<T>): Promise<T> {
  const beside = await mkdtemp(path.join(tmpdir(), 'portolan-shop-'))
  await chmod(beside, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  const directory = path.join(beside, 'shop')
  await mkdir(directory)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: beside,
    PORTOLAN_DATA_DIR: path.join(beside, 'data'),
    ...(process.env['DATABASE_URL'] ? { DATABASE_URL: process.env['DATABASE_URL'] } : {}),
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const command = async (name: string, args: readonly string[], cwd = directory) => {
    const result = await runCommand(name, args, { cwd, env })
    if (result.exitCode === 0) return result.stdout.toString('utf8')
    throw new Error(`${name} ${args.join(' ')}: ${result.stdout}${result.stderr}`)
  }
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test']
  try {
    await command('git', ['init', '--quiet', '--initial-branch=main'])
    return await use({
      directory,
      beside,
      command,
      async write(files) {
        for (const [name, text] of Object.entries(files)) {
          const file = path.join(directory, name)
          await mkdir(path.dirname(file), { recursive: true })
          await writeFile(file, text)
        }
      },
      async commit(message) {
        await command('git', ['add', '--all'])
        await command('git', [...author, 'commit', '--quiet', `--message=${message}`])
      },
      portolan: (...args) => command(process.execPath, [program, ...args]),
    })
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

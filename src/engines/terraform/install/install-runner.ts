import { createHash } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'
import { AppError, unavailable } from '../../../platform/errors.ts'
import { claim } from '../../../platform/process/claim.ts'
import type { ToolName } from '../module/config-file-names.ts'
import { openZip } from '../plan/zip.ts'
import { chooseVersion, exactVersion, type WantedVersion, wantedText } from './choose-version.ts'
import {
  archiveName,
  type Publisher,
  platformName,
  publisherOf,
  shownAddress,
  sumsName,
  type ToolInstall,
} from './publisher.ts'
import { type DownloadOptions, download } from './release-client.ts'
import { checksumOf, keysOf, verifySignature } from './signature.ts'
import { cachedProgram, isExecutable, keepProgram } from './tool-cache-file.ts'

export interface InstallRequest {
  readonly name: ToolName
  readonly wanted: WantedVersion
  readonly install: ToolInstall
  /** Refuses a program that does not run here. */
  readonly check: (program: string, version: string) => Promise<void>
}

export interface Installed {
  readonly program: string
  readonly version: string
}

const MEGABYTE = 1024 * 1024

/**
 * Fetches the highest version that is wanted, verified by its publisher's signature, and keeps it.
 * Any number of processes may do it at once; one of them fetches.
 * @throws AppError `unavailable` that says what to install by hand, and where
 */
export async function installTool(request: InstallRequest): Promise<Installed> {
  const version = await versionFor(request)
  const { install, name } = request
  const program = cachedProgram(install.directory, name, version)
  const held = await claim(path.join(install.directory, name, '.claims', version))
  try {
    if (!(await isExecutable(program))) {
      const content = await fetchProgram(request, version)
      await keepProgram(program, content, (draft) => request.check(draft, version))
    }
    return { program, version }
  } catch (error) {
    throw impossible(request, version, error)
  } finally {
    await held.release()
  }
}

async function versionFor(request: InstallRequest): Promise<string> {
  const exact = exactVersion(request.wanted)
  const { name, wanted, install } = request
  if (install.offline) {
    throw impossible(request, exact, unavailable('nothing may be fetched (PORTOLAN_OFFLINE)'))
  }
  const { index, product } = publisherOf(name, install)
  // One that is named needs no list: a mirror may have none.
  const versions = exact === undefined ? await listVersions(request, index) : [exact]
  const version = chooseVersion(versions, wanted)
  if (version !== undefined) return version
  throw unavailable(`there is no version of ${product} that is ${wantedText(wanted)}`, {
    next: `Change \`terraform_version\` in portolan.yaml or \`required_version\` in the module; Portolan works with ${wanted.oldest} and later.`,
    details: { index: shownAddress(index) },
  })
}

async function listVersions(request: InstallRequest, index: string): Promise<readonly string[]> {
  const { name, install } = request
  try {
    return versionsIn(await download(index, limits(install, 50 * MEGABYTE)), name)
  } catch (error) {
    throw impossible(request, undefined, error)
  }
}

const TerraformIndex = z.object({
  versions: z.record(
    z.string(),
    z.object({ builds: z.array(z.object({ filename: z.string().optional() })).optional() }),
  ),
})
const TofuIndex = z.object({
  versions: z.array(z.object({ id: z.string(), files: z.array(z.string()).optional() })),
})

/** Those that there are for this machine. */
function versionsIn(listed: Buffer, name: ToolName): readonly string[] {
  const platform = platformName(process.platform, process.arch)
  const isHere = (version: string, files: readonly (string | undefined)[] | undefined) =>
    files?.includes(archiveName(name, version, platform)) !== false
  try {
    const json: unknown = JSON.parse(listed.toString('utf8'))
    if (name === 'tofu') {
      const { versions } = TofuIndex.parse(json)
      return versions.filter(({ id, files }) => isHere(id, files)).map(({ id }) => id)
    }
    const { versions } = TerraformIndex.parse(json)
    return Object.entries(versions)
      .filter(([version, { builds }]) => {
        return isHere(
          version,
          builds?.map(({ filename }) => filename),
        )
      })
      .map(([version]) => version)
  } catch (cause) {
    throw unavailable('its list of versions cannot be read', { cause })
  }
}

async function fetchProgram({ name, install }: InstallRequest, version: string): Promise<Buffer> {
  const publisher = publisherOf(name, install)
  const sums = sumsName(name, version)
  const list = await download(publisher.file(version, sums), limits(install, MEGABYTE))
  const signature = await download(
    publisher.file(version, `${sums}${publisher.signatureSuffix}`),
    limits(install, MEGABYTE),
  )
  await verifySignature(list, signature, install.keys?.[name] ?? (await keysOf(name)))
  const archive = archiveName(name, version, platformName(process.platform, process.arch))
  const expected = checksumOf(list.toString('utf8'), archive)
  const bytes = await download(publisher.file(version, archive), limits(install, 500 * MEGABYTE))
  if (createHash('sha256').update(bytes).digest('hex') !== expected) {
    throw unavailable(`${archive} is not what its publisher signed: its sha256 differs`)
  }
  return unpack(bytes, name)
}

/** Only the program is taken, whatever else lies beside it; but not from an archive that leads out of itself. */
async function unpack(archive: Buffer, name: ToolName): Promise<Buffer> {
  try {
    const zip = openZip(archive)
    const astray = zip.names.find((entry) => /^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:/.test(entry))
    if (astray !== undefined) throw unavailable(`its archive has the entry ${astray}`)
    return await zip.readLarge(name)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw unavailable('its archive cannot be unpacked', { cause: error })
  }
}

function limits({ patience = 30_000 }: ToolInstall, most: number): DownloadOptions {
  return { most, patience }
}

/** What happened, with what a person can install instead. */
function impossible(request: InstallRequest, version: string | undefined, error: unknown) {
  if (!(error instanceof AppError)) return error
  const { name, wanted, install } = request
  const publisher = publisherOf(name, install)
  const { product } = publisher
  const what = version ?? wantedText(wanted)
  return unavailable(`${product} ${what} cannot be installed: ${error.message}`, {
    cause: error,
    next: byHand({ name, publisher, install, version }),
  })
}

interface ByHand {
  readonly name: ToolName
  readonly publisher: Publisher
  readonly install: ToolInstall
  readonly version: string | undefined
}

function byHand({ name, publisher, install, version }: ByHand): string {
  const place = cachedProgram(install.directory, name, version ?? 'VERSION')
  const platform = platformName(process.platform, process.arch)
  const archive = archiveName(name, version ?? 'VERSION', platform)
  const address = shownAddress(publisher.file(version ?? 'VERSION', archive))
  return `Unpack ${address} and put its \`${name}\` at ${place}, executable; or put one that fits on the server's PATH.`
}

import { type Stats, statSync } from 'node:fs'
import { access, constants, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { invalid, unavailable } from '../../platform/errors.ts'
import { runCommand } from '../../platform/process/process.ts'
import type { ToolName } from './module/config-file-names.ts'
import { compareVersions } from './version.ts'
import {
  meetsConstraint,
  parseVersionConstraint,
  type VersionConstraint,
} from './version-constraint.ts'

/** The program that plans and applies. */
export interface Tool {
  readonly name: ToolName
  /** `1.11.4` */
  readonly version: string
  /** Absolute path. */
  readonly path: string
  /** `linux_amd64`: the name of its directory among a provider's files. */
  readonly platform: string
}

/** `terraform 1.11.4`, as plans record it. */
export function describeTool(tool: Tool): string {
  return `${tool.name} ${tool.version}`
}

// What Portolan relies on: `import` blocks, `apply -json` with every event, fixes of CVE-2023-4782.
export const oldest: Readonly<Record<ToolName, string>> = { terraform: '1.5.0', tofu: '1.6.0' }

const VersionOutput = z.object({ terraform_version: z.string(), platform: z.string() })

/** Which tool a component asks for; the first one that is found, of any version, when it does not. */
export interface ToolWish {
  readonly tool?: ToolName | undefined
  /** A constraint: `~> 1.11`. */
  readonly terraformVersion?: string | undefined
}

/**
 * Finds Terraform, else OpenTofu, on the PATH of the environment; a module with `.tofu` files wants
 * OpenTofu first. Its version is remembered in `cacheDirectory` while the program stays the same.
 * @throws AppError `unavailable` when there is none, `invalid` when it is too old or not as wished.
 */
export async function findTool(
  variables: Readonly<Record<string, string>>,
  directory: string,
  cacheDirectory?: string,
  wish: ToolWish = {},
): Promise<Tool> {
  const names = await wantedNames(directory, wish)
  const closed: string[] = []
  const search = { variables, directory, closed }
  const tool = await firstOnPath(names, search, cacheDirectory)
  if (tool !== undefined) {
    if (compareVersions(tool.version, oldest[tool.name]) < 0) {
      throw invalid(`${describeTool(tool)} at ${tool.path} is too old`, {
        next: `Install ${tool.name} ${oldest[tool.name]} or later.`,
      })
    }
    checkVersion(tool, wish)
    return tool
  }
  const [forbidden] = closed
  if (forbidden !== undefined) {
    throw unavailable(`${forbidden} may not be executed`, {
      next: `Make it executable for this user: chmod +x ${forbidden}`,
    })
  }
  const version = wish.terraformVersion === undefined ? '' : ` ${wish.terraformVersion}`
  throw unavailable(
    names.length === 1
      ? `${names[0]} was not found on PATH`
      : 'neither terraform nor tofu was found on PATH',
    { next: `Install ${names.map((name) => `${places[name]}`).join(' or ')}${version}.` },
  )
}

const places: Readonly<Record<ToolName, string>> = {
  terraform: 'Terraform (https://developer.hashicorp.com/terraform/install)',
  tofu: 'OpenTofu (https://opentofu.org/docs/intro/install/)',
}

/** Which tool a module would be run with, as far as PATH says: the likeliest when it has none. */
export async function likelyTool(
  variables: Readonly<Record<string, string>>,
  directory: string,
  wish: Pick<ToolWish, 'tool'>,
): Promise<ToolName> {
  const names = await wantedNames(directory, wish)
  for (const name of names) {
    if ((await findOnPath(name, { variables, directory, closed: [] })) !== undefined) return name
  }
  return names[0]
}

/** The tools that a component could mean, the likeliest first. */
export async function wantedNames(
  directory: string,
  wish: Pick<ToolWish, 'tool'>,
): Promise<readonly [ToolName, ...ToolName[]]> {
  if (wish.tool !== undefined) return [wish.tool]
  const wantsTofu = (await readdir(directory)).some((name) => /\.tofu(\.json)?$/.test(name))
  return wantsTofu ? ['tofu', 'terraform'] : ['terraform', 'tofu']
}

/** @throws AppError `invalid` for a text that is no constraint */
export function constraintOf(wanted: string): VersionConstraint {
  const constraint = parseVersionConstraint(wanted)
  if (constraint !== undefined) return constraint
  throw invalid(`${JSON.stringify(wanted)} is no constraint on a version`, {
    next: 'Write it like "~> 1.11" or ">= 1.9, < 2".',
  })
}

function checkVersion(tool: Tool, { terraformVersion: wanted }: ToolWish): void {
  if (wanted === undefined || meetsConstraint(tool.version, constraintOf(wanted))) return
  throw invalid(`${describeTool(tool)} is on PATH (${tool.path}), and ${wanted} is asked for`, {
    next: `Install ${places[tool.name]} in a version ${wanted} and put it first on PATH, or change \`terraform_version\`.`,
  })
}

export interface Search {
  readonly variables: Readonly<Record<string, string>>
  readonly directory: string
  /** Collects the files of that name which this user may not execute. */
  readonly closed: string[]
}

/** The first of these tools that PATH has, of any version. */
export async function firstOnPath(
  names: readonly ToolName[],
  search: Search,
  cacheDirectory: string | undefined,
): Promise<Tool | undefined> {
  const { variables, directory } = search
  for (const name of names) {
    const file = await findOnPath(name, search)
    if (file === undefined) continue
    const version = await versionOf({ name, file }, variables, { directory, cacheDirectory })
    return { name, path: file, ...version }
  }
  return undefined
}

async function findOnPath(
  name: string,
  { variables, directory, closed }: Search,
): Promise<string | undefined> {
  for (const entry of (variables['PATH'] ?? '').split(path.delimiter)) {
    const file = path.resolve(directory, entry, name)
    if (statIfThere(file)?.isFile() !== true) continue
    try {
      await access(file, constants.X_OK)
      return file
    } catch {
      closed.push(file) // The next directory of PATH may have one that may be.
    }
  }
  return undefined
}

/** Not asynchronous: most places on PATH have nothing, and to hear that costs twenty times more then. */
function statIfThere(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

type Version = Pick<Tool, 'version' | 'platform'>

interface Where {
  readonly directory: string
  readonly cacheDirectory: string | undefined
}

// tfenv, tenv, asdf and mise put a small program in Terraform's place that chooses by directory.
const smallestRealTool = 40 * 1024 * 1024

async function versionOf(
  { name, file }: { readonly name: ToolName; readonly file: string },
  variables: Readonly<Record<string, string>>,
  where: Where,
): Promise<Version> {
  const real = await realpath(file)
  const { size, mtimeMs } = statSync(real)
  const key = `${real} ${size} ${mtimeMs}`
  const cache =
    where.cacheDirectory !== undefined && size >= smallestRealTool
      ? path.join(where.cacheDirectory, `${name}.json`)
      : undefined
  const known = cache === undefined ? undefined : await readCache(cache, key)
  if (known !== undefined) return known
  const version = await askVersion(file, variables, where.directory)
  if (cache !== undefined) {
    await mkdir(path.dirname(cache), { recursive: true, mode: 0o700 })
    await writeFile(cache, JSON.stringify({ key, ...version }), { mode: 0o600 })
  }
  return version
}

/** What a program says of itself. @throws AppError `unavailable` when it says nothing */
export async function askVersion(
  file: string,
  variables: Readonly<Record<string, string>>,
  directory: string,
): Promise<Version> {
  const env = Object.fromEntries(
    Object.entries(variables).filter(([name]) => !name.startsWith('TF_CLI_ARGS')),
  )
  const result = await runCommand(file, ['version', '-json'], {
    cwd: directory,
    env: { ...env, CHECKPOINT_DISABLE: '1' },
    timeout: 60_000,
  })
  const parsed = VersionOutput.safeParse(parseJson(result.stdout.toString('utf8')))
  if (parsed.success) {
    return { version: parsed.data.terraform_version, platform: parsed.data.platform }
  }
  throw unavailable(`${file} does not tell its version`, {
    next: `Run \`${file} version -json\` and look at what it says.`,
    details: { exitCode: result.exitCode },
  })
}

const Cached = z.object({ key: z.string(), version: z.string(), platform: z.string() })

/** What was read of the cache: a process asks again for each component. */
const remembered = new Map<string, { readonly key: string; readonly version: Version }>()

async function readCache(file: string, key: string): Promise<Version | undefined> {
  const before = remembered.get(file)
  if (before?.key === key) return before.version
  const text = await readFile(file, 'utf8').catch(() => '')
  const cached = Cached.safeParse(parseJson(text))
  if (!cached.success || cached.data.key !== key) return undefined
  const version = { version: cached.data.version, platform: cached.data.platform }
  remembered.set(file, { key, version })
  return version
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { invalid } from '../../../platform/errors.ts'
import type { ToolName } from '../module/config-file-names.ts'
import { readClosure } from '../module/module-file.ts'
import {
  askVersion,
  constraintOf,
  firstOnPath,
  oldest,
  type Tool,
  type ToolWish,
  wantedNames,
} from '../tool-runner.ts'
import { parseVersionConstraint } from '../version-constraint.ts'
import { chooseVersion, isWanted, type WantedVersion } from './choose-version.ts'
import type { ToolInstall } from './publisher.ts'
import { cachedProgram, cachedVersions } from './tool-cache-file.ts'

export interface ToolRequest {
  /** The environment of the run; its PATH is looked at first. */
  readonly variables: Readonly<Record<string, string>>
  /** The root module. */
  readonly directory: string
  /** Where is remembered which version a program has. */
  readonly cacheDirectory?: string | undefined
  readonly wish: ToolWish
  readonly install: ToolInstall
}

/**
 * The tool in a version that the manifest and the modules' `required_version` ask for: from PATH if that
 * one fits, else the highest that is kept, else the highest that there is, which is then kept.
 * @throws AppError `unavailable` that says what to install by hand; `invalid` for what no version can be
 */
export async function findOrInstallTool(request: ToolRequest): Promise<Tool> {
  const { variables, directory, cacheDirectory, wish, install } = request
  const names = await wantedNames(directory, wish)
  const onPath = await firstOnPath(names, { variables, directory, closed: [] }, cacheDirectory)
  const name = onPath?.name ?? names[0]
  const wanted = await wantedOf(name, request)
  if (onPath !== undefined && isWanted(onPath.version, wanted)) return onPath
  const kept = chooseVersion(await cachedVersions(install.directory, name), wanted)
  if (kept !== undefined) {
    return asTool(
      { name, file: cachedProgram(install.directory, name, kept), version: kept },
      request,
    )
  }
  const { installTool } = await import('./install-runner.ts')
  const check = async (file: string, version: string) => {
    await ask({ name, file, version }, request)
  }
  const { program, version } = await installTool({ name, wanted, install, check })
  return asTool({ name, file: program, version }, request)
}

/** Of the manifest, of all modules of the checkout, and what Portolan itself needs. */
async function wantedOf(
  name: ToolName,
  { directory, wish: { terraformVersion } }: ToolRequest,
): Promise<WantedVersion> {
  const { modules } = await readClosure(directory, name)
  const required = new Set(modules.flatMap(({ module }) => module.requiredVersions))
  // What is no constraint the tool itself refuses, with the line.
  const readable = [...required].filter((text) => parseVersionConstraint(text) !== undefined)
  const manifest = terraformVersion === undefined ? [] : [terraformVersion]
  return {
    oldest: oldest[name],
    constraints: [...manifest, ...readable].map(constraintOf),
    texts: [
      ...manifest.map((text) => `${text} (terraform_version)`),
      ...readable.map((text) => `${text} (required_version)`),
    ],
  }
}

interface Program {
  readonly name: ToolName
  readonly file: string
  readonly version: string
}

/** What was asked before, by program: a server asks for each run. */
const asked = new Map<string, Tool>()

async function asTool(program: Program, request: ToolRequest): Promise<Tool> {
  const before = asked.get(program.file)
  if (before !== undefined) return before
  const tool = await ask(program, request)
  asked.set(program.file, tool)
  return tool
}

/** @throws AppError `invalid` for a program of another version than the name of its place says */
async function ask({ name, file, version }: Program, request: ToolRequest): Promise<Tool> {
  const { variables, directory } = request
  const said = await askVersion(file, variables, directory)
  if (said.version === version) return { name, path: file, ...said }
  throw invalid(`${file} is ${name} ${said.version}, and stands where ${version} should`, {
    next: 'Remove it: the right one is fetched then.',
  })
}

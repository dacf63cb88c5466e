import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Module, readModule } from '../../engines/index.ts'
import { codeOf } from '../../platform/errors.ts'
import { configDirectories } from '../discovery/discover-file.ts'
import { type ConfigDirectory, rootModules } from '../discovery/discovered.ts'
import { checkExpressions } from '../expressions/check.ts'
import { checkGraph } from '../graph/check.ts'
import { parseTexts } from '../reading/parse.ts'
import { renderProblems } from '../reading/problem-text.ts'
import { MAIN_FILE } from '../reading/text-file.ts'
import { readAtlantis } from './atlantis.ts'
import type { FirstManifest, FoundModule, InitOptions, InitPlan } from './facts.ts'
import { manifestText } from './manifest-text.ts'
import { planFromAtlantis, planInit } from './plan-init.ts'

/** Looks at a repository and makes its first manifest, which is right as it is. */
export async function firstManifest(root: string, options: InitOptions): Promise<FirstManifest> {
  const modules = await findModules(root, options.env)
  const project = projectName(options.project)
  const atlantis = await readFirst(root, ['atlantis.yaml', 'atlantis.yml'])
  const plan =
    atlantis === undefined
      ? planInit(project, modules)
      : planFromAtlantis(project, modules, {
          file: atlantis.file,
          content: readAtlantis(atlantis.file, atlantis.text),
        })
  return toFirst(checked(root, plan))
}

function toFirst(plan: InitPlan): FirstManifest {
  return {
    text: manifestText(plan),
    components: plan.components.length,
    environments: plan.environments,
    from: plan.from,
    notes: plan.notes,
  }
}

/** The plan if its text is right; what another tool allows may go in a circle here. */
function checked(root: string, plan: InitPlan): InitPlan {
  if (problemsOf(root, plan).length === 0) return plan
  const plain: InitPlan = {
    ...plan,
    components: plan.components.map((one) => ({ ...one, needs: [] })),
    notes: [...plan.notes, '`depends_on`: it goes in a circle'],
  }
  const left = problemsOf(root, plain)
  if (left.length === 0) return plain
  const lines = manifestText(plain).split('\n')
  throw new Error(
    `the first manifest is wrong: ${renderProblems(left, (_, line) => lines[line - 1])}`,
  )
}

function problemsOf(root: string, plan: InitPlan) {
  const { manifest, problems } = parseTexts(root, [{ file: MAIN_FILE, text: manifestText(plan) }])
  return [...problems, ...checkGraph(manifest), ...checkExpressions(manifest)]
}

/** What the manifest takes for a name, whatever the directory is called. */
function projectName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
  return name === '' ? 'project' : name
}

async function findModules(
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly FoundModule[]> {
  const found = rootModules(await configDirectories(root, { env }))
  // A directory that is called like an expression cannot be written as a path.
  const fit = found.filter(({ directory }) => !directory.includes('${'))
  return Promise.all(fit.map((one) => describe(root, one)))
}

async function describe(root: string, found: ConfigDirectory): Promise<FoundModule> {
  const directory = path.join(root, found.directory)
  const names = (await readdir(directory)).filter((name) => /\.(tf|tofu)(\.json)?$/.test(name))
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await textOf(path.join(directory, name)) })),
  )
  const module = readModule(files, 'tofu')
  const outputs = files.flatMap(({ text }) => [...text.matchAll(/^\s*output\s+"([^"\s]+)"/gm)])
  return {
    directory: found.directory,
    onlyTofu: found.onlyTofu,
    backend: backendOf(module),
    variables: [...module.variables.keys()],
    // What a file of variables gives has its value already.
    required: (await hasVariableFile(directory))
      ? []
      : [...module.variables.values()].filter((one) => !one.hasDefault).map((one) => one.name),
    outputs: outputs.map(([, name = '']) => name),
    workspaces: await workspacesOf(directory),
  }
}

async function hasVariableFile(directory: string): Promise<boolean> {
  const names = await readdir(directory)
  return names.some((name) => /^terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(name))
}

function backendOf({ backend }: Module): string | undefined {
  if (backend.kind === 'none') return undefined
  return backend.kind === 'cloud' ? 'cloud' : backend.type
}

/** Workspaces of which Terraform has left a trace here. */
async function workspacesOf(directory: string): Promise<readonly string[]> {
  const [selected, stored, hasDefault] = await Promise.all([
    textOf(path.join(directory, '.terraform', 'environment')),
    readdir(path.join(directory, 'terraform.tfstate.d')).catch(() => []),
    stat(path.join(directory, 'terraform.tfstate')).then(
      (found) => found.size > 0,
      () => false,
    ),
  ])
  const named = new Set([...stored, selected.trim()].filter((name) => name !== ''))
  if (named.size === 0) return []
  if (hasDefault) named.add('default')
  return [...named].sort()
}

async function readFirst(root: string, names: readonly string[]) {
  for (const file of names) {
    const text = await textOf(path.join(root, file))
    if (text !== '') return { file, text }
  }
  return undefined
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR'].includes(codeOf(error) ?? '')) return ''
    throw error
  }
}

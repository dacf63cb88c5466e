import path from 'node:path'
import { globMatcher } from '../atlantis/glob.ts'
import type { WrittenProject } from '../atlantis/read-projects.ts'
import { PLAIN_NAME } from '../reading/names.ts'
import type { AtlantisFile } from './atlantis.ts'
import { idFrom, idsOf } from './component-ids.ts'
import { dataEdges } from './data-edges.ts'
import type { FoundModule, InitComponent, InitPlan } from './facts.ts'

/** What is to become components, before they have names. */
interface Draft {
  readonly module: FoundModule
  readonly workspaces: readonly string[]
  readonly projects: readonly WrittenProject[]
}

/** A first manifest out of the root modules that there are. */
export function planInit(project: string, modules: readonly FoundModule[]): InitPlan {
  const notes: string[] = []
  const drafts = modules.map((module) => ({ module, workspaces: module.workspaces, projects: [] }))
  return toPlan(drafts, { project, notes, leftOut: [], from: undefined })
}

/** A first manifest out of the projects of an `atlantis.yaml`. */
export function planFromAtlantis(
  project: string,
  modules: readonly FoundModule[],
  { file, content }: { readonly file: string; readonly content: AtlantisFile },
): InitPlan {
  const notes = [...content.notes]
  const byDirectory = new Map(modules.map((module) => [module.directory, module]))
  const found = new Map<string, WrittenProject[]>()
  for (const one of content.projects) {
    const directories = directoriesOf(one, [...byDirectory.keys()])
    if (directories.length === 0) {
      notes.push(
        `${one.name ?? one.directory}: there is no configuration in ${one.directory || '.'}`,
      )
    }
    for (const directory of directories) {
      const same = found.get(directory) ?? []
      const twin = same.find((other) => other.workspace === one.workspace)
      if (twin === undefined) found.set(directory, [...same, one])
      else
        notes.push(`${one.name ?? directory}: a second project of the same directory and workspace`)
    }
  }
  const drafts = [...found].flatMap(([directory, projects]): Draft[] => {
    const module = byDirectory.get(directory)
    return module === undefined
      ? []
      : [{ module, projects, workspaces: projects.map((one) => one.workspace) }]
  })
  const leftOut = modules.map((one) => one.directory).filter((one) => !found.has(one))
  return toPlan(drafts, { project, notes, leftOut, from: file })
}

function directoriesOf({ directory }: WrittenProject, known: readonly string[]): string[] {
  if (known.includes(directory)) return [directory]
  const matcher = globMatcher(directory)
  return known.filter((one) => matcher.matches(one))
}

interface Frame {
  readonly project: string
  readonly notes: string[]
  readonly leftOut: readonly string[]
  readonly from: string | undefined
}

function toPlan(drafts: readonly Draft[], frame: Frame): InitPlan {
  const { notes, ...rest } = frame
  const fit = drafts.map((draft) => ({ ...draft, workspaces: fitNames(draft, notes) }))
  const all = new Set(fit.flatMap((draft) => draft.workspaces))
  const environments = inUsualOrder(all.size === 0 ? ['default'] : [...all])
  const ids = namesOf(fit)
  const components = fit.map((draft) =>
    toComponent(draft, { ids, environments, drafts: fit, notes }),
  )
  return { ...rest, environments, components: dataEdges(components, drafts), notes }
}

/** Workspaces of Terraform whose names an environment can have. */
function fitNames({ module, workspaces }: Draft, notes: string[]): readonly string[] {
  const unfit = workspaces.filter((name) => !PLAIN_NAME.test(name))
  for (const name of unfit) {
    const where = module.directory || '.'
    notes.push(`${where}: no environment can be called as the workspace ${JSON.stringify(name)}`)
  }
  const fit = workspaces.filter((name) => !unfit.includes(name))
  return fit.length === 0 ? ['default'] : fit
}

/** The name of the only project of a directory, else a name out of the path. */
function namesOf(drafts: readonly Draft[]): ReadonlyMap<string, string> {
  const byPath = idsOf(drafts.map((draft) => draft.module.directory))
  const given = drafts.map(({ module, projects }) => {
    const [only, second] = projects
    const name = second === undefined ? only?.name : undefined
    return [module.directory, name === undefined ? undefined : idFrom(name)] as const
  })
  const taken = new Set(byPath.values())
  return new Map(
    given.map(([directory, name]) => {
      const fallback = byPath.get(directory) ?? 'component'
      if (name === undefined || (taken.has(name) && name !== fallback)) return [directory, fallback]
      taken.add(name)
      return [directory, name]
    }),
  )
}

interface Surroundings {
  readonly ids: ReadonlyMap<string, string>
  readonly environments: readonly string[]
  readonly drafts: readonly Draft[]
  readonly notes: string[]
}

function toComponent(draft: Draft, around: Surroundings): InitComponent {
  const { module, projects, workspaces } = draft
  const { environments } = around
  const id = around.ids.get(module.directory) ?? 'component'
  const version = versionOf(projects, id, around.notes)
  const isEverywhere = environments.every((name) => workspaces.includes(name))
  return {
    id,
    directory: module.directory,
    tool: module.onlyTofu || projects.some((one) => one.tool === 'tofu') ? 'tofu' : undefined,
    terraformVersion: version,
    ownWorkspaces: workspaces.some((name) => name !== 'default'),
    environments: isEverywhere ? undefined : environments.filter((one) => workspaces.includes(one)),
    needs: needsOf(draft, id, around),
    watch: watchOf(draft),
    backend: module.backend,
    edges: [],
    required: module.required,
  }
}

function versionOf(
  projects: readonly WrittenProject[],
  id: string,
  notes: string[],
): string | undefined {
  const versions = [...new Set(projects.flatMap((one) => one.terraformVersion ?? []))]
  const [only, second] = versions
  if (second === undefined) return only
  notes.push(`${id}: \`terraform_version\` differs by workspace: ${versions.join(', ')}`)
  return undefined
}

/** `depends_on` names projects; a component needs another one in every environment that it is in. */
function needsOf(draft: Draft, id: string, { ids, drafts, notes }: Surroundings): string[] {
  const needs = new Set<string>()
  const names = new Set(draft.projects.flatMap((one) => one.dependsOn.map((need) => need.name)))
  for (const name of names) {
    const target = drafts.find((one) => one.projects.some((other) => other.name === name))
    const other = target && ids.get(target.module.directory)
    if (other === undefined) notes.push(`${id}: \`depends_on\` names ${name}, which is not there`)
    else if (draft.workspaces.every((one) => target?.workspaces.includes(one)) && other !== id) {
      needs.add(other)
    } else {
      notes.push(`${id}: \`depends_on\` ${name} is of another workspace (\`after\` orders those)`)
    }
  }
  return [...needs]
}

/** Globs from the root, without those that its own directory and local modules cover anyway. */
function watchOf({ module, projects }: Draft): string[] {
  const globs = projects
    .flatMap((one) => one.whenModified ?? [])
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => path.posix.join(module.directory, glob))
    .filter((glob) => !glob.startsWith('../'))
  const inside = module.directory === '' ? '' : `${module.directory}/`
  return [...new Set(globs)].filter((glob) => inside !== '' && !glob.startsWith(inside))
}

const usualOrder = [
  /^(default|shared|global|common)$/,
  /^(local|sandbox|lab)/,
  /^dev/,
  /^(test|ci|qa|int)/,
  /^(stag|stg|uat|accept|acc)/,
  /^(pre|canary)/,
  /^(prod|prd|live)/,
]

/** As releases go in most companies; names that say nothing of it stand before production. */
function inUsualOrder(names: readonly string[]): readonly string[] {
  const rank = (name: string) => {
    const found = usualOrder.findIndex((pattern) => pattern.test(name.toLowerCase()))
    return found < 0 ? usualOrder.length - 1.5 : found
  }
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

import path from 'node:path'
import { didYouMean } from '../../platform/nearest.ts'
import { type ConfigDirectory, componentName, rootModules } from '../discovery/discovered.ts'
import type { Component, ComponentNeed, Environment, Manifest } from '../manifest.ts'
import type { Position, ScalarNode } from '../node.ts'
import type { Problem } from '../problem.ts'
import { globMatcher, isGlob } from './glob.ts'
import type { WrittenFile, WrittenProject } from './read-projects.ts'
import type { Workflow } from './workflow.ts'

export interface Repository {
  readonly root: string
  /** Of the `atlantis.yaml`, from the root. */
  readonly file: string
  readonly directories: readonly ConfigDirectory[]
}

/** A project in one directory that there is. */
interface Placed extends WrittenProject {
  readonly module: ConfigDirectory
}

/** A component with all of its projects: several only where they differ in nothing but the workspace. */
interface Draft {
  readonly name: string
  readonly projects: readonly [Placed, ...Placed[]]
}

/** Components and environments of an `atlantis.yaml`; edges are not checked yet. */
export function toManifest(
  written: WrittenFile,
  repository: Repository,
): { readonly manifest: Manifest; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const notes = [...written.notes]
  const placed = [
    ...written.projects.flatMap((project) => place(project, repository, notes)),
    ...discovered(written, repository),
  ]
  const drafts = draftsOf(unique(placed), problems)
  const workspaces = [...new Set(placed.map((one) => one.workspace))]
  const environments = (workspaces.length > 0 ? workspaces : ['default']).map(
    (name, order): [string, Environment] => [name, environmentOf(name, order, repository)],
  )
  const components = drafts.map((draft): [string, Component] => [
    draft.name,
    toComponent(draft, { written, drafts, problems }),
  ])
  const manifest: Manifest = {
    root: repository.root,
    source: 'atlantis',
    project: undefined,
    files: [repository.file],
    values: undefined,
    environments: new Map(environments),
    components: new Map(components),
    pullRequests: written.rules,
    notes,
  }
  return { manifest, problems }
}

/** The directories that a project means: a glob may mean several. */
function place(
  project: WrittenProject,
  { directories }: Repository,
  notes: Problem[],
): readonly Placed[] {
  const { directory, node, at } = project
  const matcher = isGlob(directory) ? globMatcher(directory) : undefined
  const found = directories.filter((one) =>
    matcher === undefined ? one.directory === directory : matcher.matches(one.directory),
  )
  if (found.length === 0) {
    notes.push({
      at: node.entries.find(({ key }) => key === 'dir')?.value.at ?? at,
      message: `there is no configuration of Terraform in ${directory || '.'}`,
      next: 'The project is left out.',
    })
  }
  return [...found]
    .sort((a, b) => (a.directory < b.directory ? -1 : 1))
    .map((module) => ({ ...project, directory: module.directory, module }))
}

/** Root modules that no project names, where they are asked for. */
function discovered(
  { discovery, projects }: WrittenFile,
  { directories, file }: Repository,
): readonly Placed[] {
  const { mode, ignored } = discovery
  if (mode === 'disabled' || (mode === 'auto' && projects.length > 0)) return []
  const ignores = ignored.map(globMatcher)
  const named = projects.map(({ directory }) => globMatcher(directory))
  const at = { file, line: 1, column: 1 }
  return rootModules(directories)
    .filter(({ directory }) => ![...ignores, ...named].some((one) => one.matches(directory)))
    .map((module) => ({ ...plainProject(module.directory, at), module }))
}

function plainProject(directory: string, at: Position): WrittenProject {
  return {
    node: { kind: 'map', entries: [], at },
    at,
    name: undefined,
    directory,
    workspace: 'default',
    terraformVersion: undefined,
    tool: undefined,
    dependsOn: [],
    whenModified: undefined,
    isAutomatic: true,
    branch: undefined,
    group: 0,
    requirements: [],
    planRequirements: [],
    workflow: undefined,
  }
}

/** What a glob means too stands where it is named by itself. */
function unique(placed: readonly Placed[]): readonly Placed[] {
  const found = new Map<string, Placed>()
  for (const one of placed) {
    const key = JSON.stringify([one.name, one.directory, one.workspace])
    if (!found.has(key)) found.set(key, one)
  }
  return [...found.values()]
}

/**
 * A project with a name is a component; those without one are called by their directory. Such that say
 * the same in several workspaces are one component in several environments.
 */
function draftsOf(placed: readonly Placed[], problems: Problem[]): readonly Draft[] {
  const drafts: Draft[] = []
  const unnamed = Map.groupBy(
    placed.filter((one) => one.name === undefined),
    (one) => one.directory,
  )
  const done = new Set<string>()
  for (const one of placed) {
    if (one.name !== undefined) {
      drafts.push({ name: one.name, projects: [one] })
      continue
    }
    if (done.has(one.directory)) continue
    done.add(one.directory)
    drafts.push(...inDirectory(unnamed.get(one.directory) ?? []))
  }
  const known = new Map<string, Draft>()
  for (const draft of drafts) {
    const before = known.get(draft.name)
    known.set(draft.name, before ?? draft)
    if (before === undefined) continue
    const [{ at }] = draft.projects
    const message = `two projects would be called \`${draft.name}\``
    problems.push({ at, message, next: 'Give each a `name` of its own.' })
  }
  return [...known.values()]
}

function inDirectory(projects: readonly Placed[]): Draft[] {
  const [first, ...others] = projects
  if (first === undefined) return []
  const name = componentName(first.directory)
  const isSame = others.every((other) => settingsOf(other) === settingsOf(first))
  if (isSame) return [{ name, projects: [first, ...others] }]
  return projects.map((one) => ({ name: `${name}:${one.workspace}`, projects: [one] }))
}

/** What of a project is its component's, and not its workspace's. */
function settingsOf(project: Placed): string {
  const { node: _n, at: _a, module: _m, workspace: _w, workflow, dependsOn, ...rest } = project
  return JSON.stringify([rest, workflow?.name, dependsOn.map((one) => one.name)])
}

interface Surroundings {
  readonly written: WrittenFile
  readonly drafts: readonly Draft[]
  readonly problems: Problem[]
}

function toComponent(draft: Draft, around: Surroundings): Component {
  const { name, projects } = draft
  const [project] = projects
  const { at, module, directory, workspace } = project
  const scalar = (value: string): ScalarNode => ({ kind: 'scalar', value, at })
  const inside = (file: string) => path.posix.join(directory, file)
  const terraformWorkspace = projects.length > 1 ? '$' + '{{ env.name }}' : workspace
  const workflow = workflowOf(project, around)
  const whenModified = project.whenModified ?? usualPatterns
  return {
    name,
    at,
    kind: 'terraform',
    main: scalar(directory === '' ? '.' : directory),
    inputs: undefined,
    valueFiles: [],
    outputs: new Map(),
    environments: projects.map((one) => one.workspace),
    tags: [],
    needs: project.dependsOn.flatMap((need) => needOf(project, need, around) ?? []),
    when: undefined,
    protect: false,
    once: false,
    timeoutSeconds: undefined,
    retry: undefined,
    before: [],
    after: [],
    watch: outsideOf(directory, whenModified),
    terraform: {
      tool: project.tool ?? (module.onlyTofu ? 'tofu' : undefined),
      terraformVersion: project.terraformVersion,
      workspace:
        projects.length === 1 && workspace === 'default' ? undefined : scalar(terraformWorkspace),
      state: module.keepsState ? 'own' : 'managed',
      varFiles: [scalar(`${inside(`env/${terraformWorkspace}.tfvars`)}?`)],
    },
    requirements: project.requirements,
    planRequirements: project.planRequirements,
    ...(workflow === undefined ? {} : { workflow }),
    atlantis: {
      name: project.name,
      directory,
      whenModified: whenModified.map((one) => fromRoot(directory, one)),
      withModules: project.whenModified === undefined,
      isAutomatic: project.isAutomatic,
      branch: project.branch,
      group: project.group,
    },
  }
}

/** Source: https://www.runatlantis.io/docs/repo-level-atlantis-yaml#autoplan */
const usualPatterns = [
  '**/*.tf*',
  '**/*.tofu',
  '**/*.tofu.json',
  '**/terragrunt.hcl',
  '**/.terraform.lock.hcl',
]

function fromRoot(directory: string, pattern: string): string {
  const isNot = pattern.startsWith('!')
  const joined = path.posix.join(directory, isNot ? pattern.slice(1) : pattern)
  return isNot ? `!${joined}` : joined
}

/** Globs of files elsewhere that count too: they are part of what was planned. */
function outsideOf(directory: string, patterns: readonly string[]): readonly string[] {
  const inside = directory === '' ? '' : `${directory}/`
  const globs = patterns
    .filter((one) => !one.startsWith('!'))
    .map((one) => fromRoot(directory, one).replace(/\/$/, ''))
    .filter((one) => !one.startsWith('../') && !one.startsWith(inside))
  return [...new Set(globs.flatMap((one) => (isGlob(one) ? [one] : [one, `${one}/**`])))]
}

function workflowOf(
  { workflow: wish }: Placed,
  { written, problems }: Surroundings,
): Workflow | undefined {
  const { workflows } = written
  const found = workflows.get(wish?.name ?? 'default')
  if (wish === undefined || found !== undefined || wish.name === 'default') return found
  const known =
    'Workflows of a configuration of Atlantis’s server are not known here: write it below `workflows`.'
  problems.push({
    at: wish.at,
    message: `there is no workflow \`${wish.name}\` in this file`,
    next: didYouMean(wish.name, workflows.keys()) ?? known,
  })
  return undefined
}

function needOf(
  project: Placed,
  { name, at }: { readonly name: string; readonly at: Position },
  { drafts, written, problems }: Surroundings,
): ComponentNeed | undefined {
  const found = drafts.find((draft) => draft.projects[0].name === name)
  if (found === undefined) {
    // One whose directory is gone was left out, and that was told.
    if (written.projects.some((one) => one.name === name)) return undefined
    const names = written.projects.flatMap((one) => one.name ?? [])
    const next = didYouMean(name, names) ?? `The names are: ${names.join(', ')}.`
    problems.push({ at, message: `there is no project with the name \`${name}\``, next })
    return undefined
  }
  const [other] = found.projects
  if (other.group > project.group) {
    const message = `it depends on \`${name}\`, whose \`execution_order_group\` ${other.group} comes after ${project.group}`
    problems.push({ at, message, next: 'Put both into one group, or that one into a lower one.' })
    return undefined
  }
  return { name: found.name, environment: other.workspace, isLoose: true, at }
}

function environmentOf(name: string, order: number, { file }: Repository): Environment {
  return {
    name,
    at: { file, line: 1, column: 1 },
    order,
    after: undefined,
    extends: undefined,
    auto: false,
    apply: 'before-merge',
    concurrency: undefined,
    gate: undefined,
    protect: [],
    values: undefined,
    inputs: new Map(),
  }
}

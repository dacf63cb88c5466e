import { AppError } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import type { PullRequestRules } from '../manifest.ts'
import type { ListNode, MapNode, Node, Position } from '../node.ts'
import {
  entryOf,
  flagAt,
  listAt,
  mapAt,
  numberAt,
  scalarAt,
  scalarsAt,
  textAt,
  textsAt,
  withoutEmpty,
} from '../reading/access.ts'
import { checkShape } from '../reading/check-shape.ts'
import { readDocument } from '../reading/document.ts'
import { PLAIN_NAME } from '../reading/names.ts'
import { usualRules } from '../reading/pull-request-rules.ts'
import type { ManifestText } from '../reading/text.ts'
import { branchPattern } from './branch-pattern.ts'
import { isGlob } from './glob.ts'
import { type Requirement, requirements } from './project.ts'
import {
  fileKeys,
  fileSchema,
  projectKeys,
  projectSchema,
  workflowKeys,
  workflowSchema,
} from './schema.ts'
import { type Findings, readWorkflow } from './steps.ts'
import type { Workflow } from './workflow.ts'

/** One entry of `projects`, as it is written. */
export interface WrittenProject {
  readonly node: MapNode
  readonly at: Position
  readonly name: string | undefined
  /** From the root, with `/`; empty for the root itself; may be a glob. */
  readonly directory: string
  readonly workspace: string
  readonly terraformVersion: string | undefined
  readonly tool: 'terraform' | 'tofu' | undefined
  readonly dependsOn: readonly { readonly name: string; readonly at: Position }[]
  /** Relative to the directory; undefined when nothing is written. */
  readonly whenModified: readonly string[] | undefined
  readonly isAutomatic: boolean
  readonly branch: string | undefined
  readonly group: number
  readonly requirements: readonly Requirement[]
  readonly planRequirements: readonly Requirement[]
  readonly workflow: { readonly name: string; readonly at: Position } | undefined
}

/** An `atlantis.yaml` of version 3. */
export interface WrittenFile extends Findings {
  readonly node: MapNode | undefined
  readonly projects: readonly WrittenProject[]
  readonly workflows: ReadonlyMap<string, Workflow>
  readonly discovery: {
    readonly mode: 'auto' | 'enabled' | 'disabled'
    readonly ignored: readonly string[]
  }
  readonly rules: PullRequestRules
}

/** Reads an `atlantis.yaml`: everything that is wrong with it by itself is told. */
export function readProjects({ file, text }: ManifestText): WrittenFile {
  const { node: source, problems } = readDocument(file, text)
  const findings: Findings = { problems: [...problems], notes: [] }
  if (source === undefined && problems.length > 0) return { ...findings, ...nothing }
  const at = { file, line: 1, column: 1 }
  const whole: Node = source ?? { kind: 'map', entries: [], at }
  const { node } = shape(fileSchema, whole, { title: 'the file', at }, findings)
  noteUnknown(node, fileKeys, findings)
  const projects = readAll(listAt(node, 'projects'), findings)
  const discovery = mapAt(node, 'autodiscover')
  const mode = discovery && textAt(discovery, 'mode')
  return {
    ...findings,
    node,
    projects,
    workflows: readWorkflows(mapAt(node, 'workflows'), findings),
    discovery: {
      mode: mode === 'enabled' || mode === 'disabled' ? mode : 'auto',
      ignored: discovery === undefined ? [] : textsAt(discovery, 'ignore_paths'),
    },
    rules: rulesOf(node, projects, findings),
  }
}

const nothing: Omit<WrittenFile, keyof Findings> = {
  node: undefined,
  projects: [],
  workflows: new Map(),
  discovery: { mode: 'auto', ignored: [] },
  rules: usualRules,
}

function shape(
  schema: Parameters<typeof checkShape>[0],
  node: Node,
  { title, at }: { readonly title: string; readonly at: Position },
  { problems }: Findings,
) {
  const source = node.kind === 'map' ? withoutNulls(node) : node
  const shaped = checkShape(schema, source, { level: 'file', title, at })
  problems.push(...shaped.problems)
  return shaped
}

/** Where nothing stands behind a key, Atlantis takes it for not written. */
function withoutNulls(node: MapNode): MapNode {
  return withoutEmpty(node, new Set(node.entries.map(({ key }) => key)))
}

function noteUnknown(node: MapNode, known: object, { notes }: Findings): void {
  for (const { key, keyAt } of node.entries) {
    if (Object.hasOwn(known, key)) continue
    const next = didYouMean(key, Object.keys(known)) ?? 'Nothing comes of it.'
    notes.push({ at: keyAt, message: `unknown key \`${key}\``, next })
  }
}

function readAll(list: ListNode | undefined, findings: Findings): WrittenProject[] {
  const projects = (list?.items ?? []).flatMap((item) => readProject(item, findings) ?? [])
  checkTwins(projects, findings)
  return projects
}

function readProject(item: Node, findings: Findings): WrittenProject | undefined {
  const written = item.kind === 'map' ? (textAt(item, 'name') ?? textAt(item, 'dir')) : undefined
  const title = written === undefined ? 'a project' : `\`${written}\``
  const before = findings.problems.length
  const { node } = shape(projectSchema, item, { title, at: item.at }, findings)
  noteUnknown(node, projectKeys, findings)
  const project = toProject(node, item.at)
  checkProject(project, findings)
  noteProject(project, title, findings)
  return findings.problems.length > before && textAt(node, 'dir') === undefined
    ? undefined
    : project
}

function toProject(node: MapNode, at: Position): WrittenProject {
  const autoplan = mapAt(node, 'autoplan')
  const modified = autoplan && listAt(autoplan, 'when_modified')
  const version = scalarAt(node, 'terraform_version')
  const text = version?.source ?? version?.value
  const distribution = textAt(node, 'terraform_distribution')
  const tool = { opentofu: 'tofu', terraform: 'terraform' } as const
  const workflow = scalarAt(node, 'workflow')
  return {
    node,
    at,
    name: textAt(node, 'name'),
    directory: plainDirectory(textAt(node, 'dir') ?? '.'),
    workspace: textAt(node, 'workspace') ?? 'default',
    terraformVersion: text === undefined ? undefined : String(text).replace(/^["']?v?|["']$/g, ''),
    tool:
      distribution === 'opentofu' || distribution === 'terraform' ? tool[distribution] : undefined,
    dependsOn: scalarsAt(node, 'depends_on').map((one) => ({
      name: String(one.value),
      at: one.at,
    })),
    whenModified: modified && autoplan && textsAt(autoplan, 'when_modified'),
    isAutomatic: autoplan === undefined || scalarAt(autoplan, 'enabled')?.value !== false,
    branch: textAt(node, 'branch')?.slice(1, -1),
    group: numberAt(node, 'execution_order_group') ?? 0,
    requirements: requirementsAt(node, 'apply_requirements'),
    planRequirements: requirementsAt(node, 'plan_requirements'),
    workflow: workflow && { name: String(workflow.value), at: workflow.at },
  }
}

function plainDirectory(directory: string): string {
  const parts = directory.split('/').filter((part) => part !== '' && part !== '.')
  return parts.join('/')
}

function requirementsAt(node: MapNode, key: string): Requirement[] {
  const written = textsAt(node, key)
  return requirements.filter((one) => written.includes(one))
}

function checkProject(project: WrittenProject, { problems }: Findings): void {
  const { node, name, directory, workspace, branch } = project
  const at = (key: string) => entryOf(node, key)?.value.at ?? project.at
  if (name !== undefined && isGlob(directory)) {
    const message = '`name` cannot stand beside a `dir` that is a glob: it means several projects'
    problems.push({ at: at('name'), message, next: 'Leave the name out.' })
  }
  if (/[@\p{Cc}]|\$\{/u.test(directory)) {
    const message = 'a directory that is called so cannot be a project here'
    problems.push({ at: at('dir'), message, next: 'Rename it, without `@` and `${`.' })
  }
  if (!PLAIN_NAME.test(workspace)) {
    const message = `no environment can be called as the workspace "${workspace}"`
    const next = 'Letters, digits, `.`, `_` and `-` can be in it.'
    problems.push({ at: at('workspace'), message, next })
  }
  if (branch === undefined) return
  try {
    branchPattern(branch)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const next = 'Write it with letters, `.`, `*`, `+`, `?`, `|`, `( )`, `[ ]`, `^` and `$`.'
    problems.push({ at: at('branch'), message: `\`branch\`: ${error.message}`, next })
  }
}

function checkTwins(projects: readonly WrittenProject[], { problems }: Findings): void {
  const known = new Map<string, Position>()
  for (const { node, at, name, directory, workspace } of projects) {
    const key =
      name === undefined ? `${directory || '.'} in the workspace ${workspace}` : `\`${name}\``
    const before = known.get(key)
    if (before === undefined) known.set(key, at)
    else {
      const place = `${before.file}:${before.line}:${before.column}`
      problems.push({
        at: entryOf(node, name === undefined ? 'dir' : 'name')?.value.at ?? at,
        message: `there is a project ${key} already, at ${place}`,
        next: 'Give each a `name` of its own.',
      })
    }
  }
}

const projectWords: Readonly<Record<string, string>> = {
  import_requirements: 'imports want what applies want',
  policy_check: 'there are no policy checks yet',
  custom_policy_check: 'there are no policy checks yet',
  delete_source_branch_on_merge: 'branches are left to the host, which can delete them by itself',
  silence_pr_comments: 'there is one comment for all projects',
  glob_file_match: 'a directory counts where it holds configuration of Terraform',
  repo_locking: 'what a pull request reserves is decided for the whole file',
}

function noteProject({ node }: WrittenProject, title: string, { notes }: Findings): void {
  for (const { key, keyAt, value } of node.entries) {
    const word = projectWords[key]
    const isSaid = value.kind !== 'scalar' || (value.value !== false && value.value !== null)
    if (word !== undefined && isSaid) {
      notes.push({ at: keyAt, message: `${title}: \`${key}\` does nothing here`, next: `${word}.` })
    }
  }
}

function readWorkflows(node: MapNode | undefined, findings: Findings): Map<string, Workflow> {
  const workflows = new Map<string, Workflow>()
  for (const { key, keyAt, value } of node?.entries ?? []) {
    const isEmpty = value.kind === 'scalar' && value.value === null
    const source: Node = isEmpty ? { kind: 'map', entries: [], at: keyAt } : value
    const shaped = shape(workflowSchema, source, { title: `\`${key}\``, at: keyAt }, findings)
    noteUnknown(shaped.node, workflowKeys, findings)
    for (const stage of ['policy_check', 'import', 'state_rm']) {
      const found = entryOf(shaped.node, stage)
      if (found === undefined) continue
      const message = `the steps of \`${stage}\` are not run`
      findings.notes.push({ at: found.keyAt, message, next: 'Steps of `plan` and `apply` are.' })
    }
    workflows.set(key, readWorkflow(key, shaped.node, findings))
  }
  return workflows
}

function rulesOf(
  node: MapNode,
  projects: readonly WrittenProject[],
  findings: Findings,
): PullRequestRules {
  const deletes = entryOf(node, 'delete_source_branch_on_merge')
  if (flagAt(node, 'delete_source_branch_on_merge')) {
    const message = '`delete_source_branch_on_merge` does nothing here'
    const next = `${projectWords['delete_source_branch_on_merge']}.`
    findings.notes.push({ at: deletes?.keyAt, message, next })
  }
  return {
    ...usualRules,
    compat: 'atlantis',
    merge: flagAt(node, 'automerge') ? 'automatic' : 'manual',
    extraArguments: ['-target', '-replace', '-refresh'],
    reserve: reserveOf(node, projects, findings),
    failFast: flagAt(node, 'abort_on_execution_order_fail'),
  }
}

/** Atlantis locks when it plans; here that is one rule for all projects. */
function reserveOf(
  node: MapNode,
  projects: readonly WrittenProject[],
  { notes }: Findings,
): PullRequestRules['reserve'] {
  const usualMode = modeOf(node) ?? 'on_plan'
  const modes = projects.map((one) => modeOf(one.node) ?? usualMode)
  const different = new Set(modes.length > 0 ? modes : [usualMode])
  const reserve = different.has('on_plan') ? 'on-plan' : 'on-approval'
  const at = projects.find((one) => modeOf(one.node) !== undefined)?.at ?? node.at
  if (different.size > 1 || different.has('disabled')) {
    const words = reserve === 'on-plan' ? 'planned' : 'approved or applied'
    const message = `\`repo_locks\`: a workspace is reserved when it is ${words}, in all projects`
    const next = 'One rule counts for all, and applies always exclude one another.'
    notes.push({ at, message, next })
  }
  return reserve
}

function modeOf(node: MapNode): string | undefined {
  const locks = mapAt(node, 'repo_locks')
  return locks && textAt(locks, 'mode')
}

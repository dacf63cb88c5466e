import type { MapNode, Node } from '../node.ts'
import { flagAt, listAt, mapAt, scalarAt, textAt, textsAt } from '../reading/access.ts'
import { readDocument } from '../reading/document.ts'

/** A project of `atlantis.yaml`: a directory in one of Terraform's workspaces. */
export interface AtlantisProject {
  readonly name: string | undefined
  /** From the root, with `/`; empty for the root itself; may be a glob. */
  readonly directory: string
  readonly workspace: string
  readonly terraformVersion: string | undefined
  readonly tofu: boolean
  readonly dependsOn: readonly string[]
  /** Relative to the directory; empty when the default counts. */
  readonly whenModified: readonly string[]
}

export interface AtlantisFile {
  readonly projects: readonly AtlantisProject[]
  /** What it says that a manifest cannot, or says in another place. */
  readonly notes: readonly string[]
}

/** Reads the parts of an `atlantis.yaml` of version 3 that a manifest has a word for. */
export function readAtlantis(file: string, text: string): AtlantisFile {
  const { node, problems } = readDocument(file, text)
  const [first] = problems
  if (node?.kind !== 'map') {
    const why = first === undefined ? 'it holds no map' : `line ${first.at?.line}: ${first.message}`
    return { projects: [], notes: [`${file} could not be read: ${why}`] }
  }
  const version = scalarAt(node, 'version')?.value
  if (version !== 3) {
    return { projects: [], notes: [`${file} is of version ${version ?? 'unknown'}; 3 is read`] }
  }
  const projects = (listAt(node, 'projects')?.items ?? []).filter((item) => item.kind === 'map')
  return {
    projects: projects.map(readProject),
    notes: [...topNotes(file, node), ...projects.flatMap(projectNotes)],
  }
}

function readProject(node: MapNode): AtlantisProject {
  const version = scalarAt(node, 'terraform_version')
  const written = version?.source ?? version?.value
  return {
    name: textAt(node, 'name'),
    directory: plainDirectory(textAt(node, 'dir') ?? '.'),
    workspace: textAt(node, 'workspace') ?? 'default',
    terraformVersion:
      written === undefined ? undefined : String(written).replace(/^["']?v?|["']$/g, ''),
    tofu: textAt(node, 'terraform_distribution') === 'opentofu',
    dependsOn: textsAt(node, 'depends_on'),
    whenModified: textsAt(mapAt(node, 'autoplan') ?? node, 'when_modified'),
  }
}

function plainDirectory(directory: string): string {
  const parts = directory.split('/').filter((part) => part !== '' && part !== '.')
  return parts.join('/')
}

const topWords: Readonly<Record<string, string>> = {
  workflows:
    'own workflows: commands around a plan or an apply are `before` and `after` of a component',
  automerge: '`automerge`: merging is not of the manifest',
  autodiscover: '`autodiscover`: every component is written out',
  abort_on_execution_order_fail:
    '`abort_on_execution_order_fail`: what needs a failed component is blocked, the rest goes on',
}

function topNotes(file: string, node: MapNode): string[] {
  return Object.entries(topWords).flatMap(([key, note]) =>
    isSet(node, key) ? [`${file} has ${note}`] : [],
  )
}

const projectWords: Readonly<Record<string, string>> = {
  workflow: 'commands around a plan or an apply are `before` and `after`',
  execution_order_group: 'the order follows from `needs` and from outputs that are read',
  apply_requirements: 'what must hold before an apply is the `gate` of an environment',
  plan_requirements: 'there is nothing like it yet',
  import_requirements: 'there is nothing like it yet',
  branch: 'a manifest counts on every branch',
  repo_locks: 'locks are held by themselves',
  custom_policy_check: 'there is nothing like it yet',
  policy_check: 'there is nothing like it yet',
}

function projectNotes(node: MapNode): string[] {
  const title = textAt(node, 'name') ?? textAt(node, 'dir') ?? 'a project'
  const words = Object.entries(projectWords).flatMap(([key, note]) =>
    isSet(node, key) ? [`${title}: \`${key}\` (${note})`] : [],
  )
  const autoplan = mapAt(node, 'autoplan')
  const disabled = autoplan !== undefined && scalarAt(autoplan, 'enabled')?.value === false
  const excluded = textsAt(autoplan ?? node, 'when_modified').filter((one) => one.startsWith('!'))
  return [
    ...words,
    ...(disabled ? [`${title}: \`autoplan.enabled: false\` (what is planned is selected)`] : []),
    ...(excluded.length > 0
      ? [`${title}: \`when_modified\` ${excluded.join(', ')} (\`watch\` only adds files)`]
      : []),
  ]
}

function isSet(node: MapNode, key: string): boolean {
  const value: Node | undefined = node.entries.find((entry) => entry.key === key)?.value
  if (value === undefined) return false
  if (value.kind === 'list') return value.items.length > 0
  return (
    value.kind === 'map' || (value.value !== null && value.value !== false) || flagAt(node, key)
  )
}

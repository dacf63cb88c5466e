import { readProjects, type WrittenProject } from '../atlantis/read-projects.ts'
import type { MapNode, Node } from '../node.ts'
import { flagAt, mapAt, scalarAt, textAt, textsAt } from '../reading/access.ts'

export interface AtlantisFile {
  readonly projects: readonly WrittenProject[]
  /** What it says that a manifest cannot, or says in another place. */
  readonly notes: readonly string[]
}

/** Reads the parts of an `atlantis.yaml` of version 3 that a manifest has a word for. */
export function readAtlantis(file: string, text: string): AtlantisFile {
  const { node, projects, problems } = readProjects({ file, text })
  const [first] = problems
  if (node === undefined || node.entries.length === 0) {
    const why = first === undefined ? 'it holds no map' : `line ${first.at?.line}: ${first.message}`
    return { projects: [], notes: [`${file} could not be read: ${why}`] }
  }
  const version = scalarAt(node, 'version')?.value
  if (version !== 3) return { projects: [], notes: [`${file} is of another version than 3`] }
  return {
    projects,
    notes: [
      ...problems.map(({ at, message }) => `${file}, line ${at?.line}: ${message}`),
      ...topNotes(file, node),
      ...projects.flatMap((project) => projectNotes(project.node)),
    ],
  }
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

import { randomUUID } from 'node:crypto'
import {
  type ChangeEnvironment,
  type ChangeService,
  createChangeService,
  type NewChange,
  type NewChangeNode,
} from '../../src/changes/index.ts'
import type { Gate } from '../../src/manifest/index.ts'
import type { Db } from '../../src/platform/db/db.ts'
import { aRunService, aSource, someOptions } from './runs.ts'

/** The change service as it is in the product. */
export function aChangeService(db: Db): ChangeService {
  return createChangeService(db, { runs: aRunService })
}

/** A project; its id. */
export async function aProject(db: Db): Promise<string> {
  const id = randomUUID()
  await db
    .insertInto('projects')
    .values({ id, name: `shop-${id}`, repository: id })
    .execute()
  return id
}

/** Workspaces of a project by their names, `db@dev`, made where they are new; their ids. */
export async function someWorkspaces(
  db: Db,
  projectId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const rows = names.map((name) => {
    const [component = '', environment = ''] = name.split('@')
    return { id: randomUUID(), project_id: projectId, component, environment }
  })
  await db
    .insertInto('workspaces')
    .values(rows)
    .onConflict((existing) => existing.doNothing())
    .execute()
  const all = await db
    .selectFrom('workspaces')
    .selectAll()
    .where('project_id', '=', projectId)
    .execute()
  return new Map(all.map((row) => [`${row.component}@${row.environment}`, row.id]))
}

export const aGate: Gate = { approvals: 0, from: [], window: undefined, destroy: 'allow' }

/** An environment without a gate unless `parts` say otherwise. */
export function anEnvironment(
  name: string,
  parts: Partial<ChangeEnvironment> = {},
): ChangeEnvironment {
  return {
    name,
    order: 0,
    after: undefined,
    auto: false,
    apply: 'before-merge',
    concurrency: undefined,
    gate: undefined,
    ...parts,
  }
}

/** A workspace's place in a change, from its name and what it needs. */
export type SomeNodes = Readonly<Record<string, readonly string[]>>

interface ChangeParts extends Partial<Omit<NewChange, 'nodes'>> {
  /** Of all nodes, or by their names. */
  readonly node?: (name: string) => Partial<NewChangeNode>
}

/** A change of alice in which each node needs those that are named behind it. */
export async function aNewChange(
  db: Db,
  nodes: SomeNodes,
  { node = () => ({}), ...parts }: ChangeParts = {},
): Promise<NewChange> {
  const projectId = parts.projectId ?? (await aProject(db))
  const names = Object.keys(nodes)
  const ids = await someWorkspaces(db, projectId, names)
  const environments = new Set(names.map((name) => name.split('@')[1] ?? ''))
  return {
    projectId,
    operation: 'apply',
    reason: 'a faster database',
    actor: 'alice',
    source: { root: '/srv/shop', commit: 'c0ffee', branch: 'main', dirty: false },
    options: { selection: '', set: {}, force: false },
    environments: [...environments].map((name, order) => anEnvironment(name, { order })),
    ...parts,
    nodes: names.map((name) => ({
      workspaceId: ids.get(name) ?? '',
      name,
      kind: 'terraform',
      reasons: ['selected'],
      needs: (nodes[name] ?? []).map((need) => ({ name: need, outputs: [] })),
      skipped: undefined,
      orphan: false,
      promoted: false,
      sourceDigest: `source of ${name.split('@')[0]}`,
      definitionDigest: `definition of ${name}`,
      source: aSource,
      options: someOptions,
      ...node(name),
    })),
  }
}

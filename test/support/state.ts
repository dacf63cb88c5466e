import { randomUUID } from 'node:crypto'
import type { Db } from '../../src/platform/db/db.ts'
import type { LockRequest, Upload } from '../../src/state/index.ts'

export const aLineage = '6f1c1b0e-8a44-4c52-9d8e-2f6f0a4ad001'

/** A workspace of a project of its own; its id. */
export async function aWorkspace(db: Db): Promise<string> {
  const project = randomUUID()
  const id = randomUUID()
  await db
    .insertInto('projects')
    .values({ id: project, name: `shop-${project}`, repository: project })
    .execute()
  await db
    .insertInto('workspaces')
    .values({ id, project_id: project, component: 'network', environment: 'prod' })
    .execute()
  return id
}

interface StateParts {
  readonly serial: number
  readonly lineage?: string
  /** Names of `terraform_data` resources. */
  readonly names?: readonly string[]
  readonly outputs?: Readonly<Record<string, unknown>>
}

/** A state as Terraform writes it. */
export function aState({ serial, lineage = aLineage, names = ['a'], outputs = {} }: StateParts) {
  const state = {
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { value, type: 'string' }]),
    ),
    resources: names.map((name) => ({
      mode: 'managed',
      type: 'terraform_data',
      name,
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [
        { schema_version: 0, attributes: { id: `id-${name}` }, sensitive_attributes: [] },
      ],
    })),
    check_results: null,
  }
  return Buffer.from(`${JSON.stringify(state, null, 2)}\n`)
}

/** An upload by alice, of a state without a lock unless `parts` say otherwise. */
export function anUpload(bytes: Buffer, parts: Partial<Omit<Upload, 'bytes'>> = {}): Upload {
  return { bytes, actor: 'alice', cause: 'client', authority: { kind: 'none' }, ...parts }
}

/** A request for a lock, as a plain `terraform apply` makes it. */
export function aLock(
  id: string,
  parts: Partial<LockRequest> & { operation?: string } = {},
): LockRequest {
  const { operation = 'OperationTypeApply', ...rest } = parts
  return {
    id,
    kind: 'client',
    actor: 'alice',
    info: {
      ID: id,
      Operation: operation,
      Info: '',
      Who: 'alice@laptop',
      Version: '1.11.4',
      Created: '2026-01-02T03:04:05Z',
      Path: '',
    },
    ...rest,
  }
}

import { record } from '../../audit/index.ts'
import type { Db } from '../../platform/db/db.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import { conflict } from '../../platform/errors.ts'
import { ensureWorkspaceRows, findProjectByName } from '../store.ts'
import type { Declaration, ProjectRecord } from './project-record.ts'
import * as store from './project-store.ts'
import { one } from './view-service.ts'

/** Records what a manifest declares, whatever was declared before. */
export async function declare(db: Db, projectId: string, declaration: Declaration): Promise<void> {
  await store.lockProject(db, projectId)
  const project = await one(db, { id: projectId })
  const { name = project.name, head, environments, workspaces } = declaration
  if (name !== project.name) await rename(db, project, name)
  const rows = { id: project.id, name, repository: project.repository }
  await ensureWorkspaceRows(db, rows, workspaces)
  await store.declareWorkspaces(db, projectId, workspaces)
  await store.replaceEnvironments(db, projectId, environments)
  const subject = storableText(head.subject)
  await store.updateFetched(db, projectId, {
    head: { commit: head.commit, subject },
    error: null,
    fetched: true,
  })
}

async function rename(db: Db, project: ProjectRecord, name: string): Promise<void> {
  if ((await findProjectByName(db, name)) !== undefined) {
    throw conflict(
      `the manifest names the project ${name}, and there is another one of that name`,
      {
        next: 'Change `project` in portolan.yaml.',
      },
    )
  }
  await store.updateSource(db, project.id, { name })
  await record(db, {
    actor: 'portolan',
    action: 'project.rename',
    subject: name,
    details: { from: project.name },
  })
}

import type { ListedChange, Services } from '../services/services.ts'

const MOST_CHANGES = 20

/** The changes of a project that are open, newest first. */
export async function openChanges({ changes }: Services, project: string): Promise<ListedChange[]> {
  const all = await changes.list(project, { limit: MOST_CHANGES })
  return all.filter(({ change }) => change.status === 'open')
}

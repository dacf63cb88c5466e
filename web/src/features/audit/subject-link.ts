/** Where what was done shows, of a subject of the audit log; nothing for what has no page. */
export function pageOf(subject: string): string | undefined {
  const [, kind, id] = /^(run|change)-(\d+)$/.exec(subject) ?? []
  if (id !== undefined) return kind === 'run' ? `/runs/${id}` : `/changes/${id}`
  const [, project, workspace] = /^([^/@\s]+)\/([^@\s]+@[^@/\s]+)$/.exec(subject) ?? []
  if (project === undefined || workspace === undefined) return undefined
  return `/projects/${encodeURIComponent(project)}/workspaces/${encodeURIComponent(workspace)}`
}

import type { ShownProject } from '../services/services.ts'
import type { Style } from './style.ts'
import { plural, sanitiseLine } from './text.ts'
import { ago } from './time.ts'

/** What a project is and where it stands, as lines. */
export function projectLines(project: ShownProject, style: Style, now: Date): string[] {
  const { name, source, environments, components, workspaces, fetchError } = project
  return [
    `${style.bold(sanitiseLine(name))}  ${style.dim(sanitiseLine(source ?? 'known by its workspaces only'))}`,
    ...headLines(project, now),
    `  ${plural(components.length, 'component')} in ${plural(environments.length, 'environment')}${environments.length === 0 ? '' : ` (${environments.map(sanitiseLine).join(' → ')})`}: ${plural(workspaces, 'workspace')}`,
    ...(fetchError === undefined
      ? []
      : fetchError.split('\n').map((line) => `  ${style.bad(sanitiseLine(line))}`)),
  ]
}

function headLines({ branch, headCommit, headSubject, fetchedAt }: ShownProject, now: Date) {
  if (fetchedAt === undefined) return []
  const fetched = `fetched ${ago(fetchedAt, now)}`
  if (headCommit === undefined) return [`  ${fetched}`]
  const at = `${branch === undefined ? '' : `${sanitiseLine(branch)} `}${headCommit.slice(0, 8)}`
  return [`  at ${at} ${sanitiseLine(headSubject ?? '')} (${fetched})`]
}

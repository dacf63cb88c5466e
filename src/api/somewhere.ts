import { type Permission, permitsSomewhere } from '../access/index.ts'
import { forbidden, notFound } from '../platform/errors.ts'
import type { demand } from './route.ts'

/**
 * Refuses a principal that may not do this anywhere, or nowhere in a project: what is answered is
 * filtered by place. A project of which they may see nothing does not exist for them.
 * @throws AppError `forbidden` or `not_found`
 */
export function demandSomewhere(
  c: Parameters<typeof demand>[0],
  permission: Permission | readonly Permission[],
  project?: string,
): void {
  const principal = c.get('principal')
  const enough = [permission].flat()
  if (enough.some((one) => permitsSomewhere(principal, one, project))) return
  if (project !== undefined && !permitsSomewhere(principal, 'read', project)) {
    throw notFound('there is nothing at this address that you may see')
  }
  throw forbidden(`${principal.name} may not do this anywhere: it needs ${enough.join(' or ')}`, {
    next: 'Ask an administrator for a role that permits it.',
  })
}

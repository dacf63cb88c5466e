import { type Principal, permissionsOf, type Role, roles } from '../../access/index.ts'
import type { Forge, HostPermission } from '../../forges/index.ts'
import type { Context } from '../context.ts'

/** Somebody who does something on a host. */
export interface HostActor {
  /** What they do is recorded under this name: a person's of this server, or `github.com/alice`. */
  readonly name: string
  /** What they may do here; undefined when they are nobody here. */
  readonly principal: Principal | undefined
  /** What they may do with the repository on the host: more than that they may not do here either. */
  readonly permission: HostPermission
}

interface Asked {
  readonly project: { readonly id: string; readonly name: string }
  readonly forge: Forge
  readonly login: string
}

/** Who a login is here. @throws AppError when the host cannot be asked: then nobody may do anything */
export async function hostActor(
  context: Pick<Context, 'access' | 'forges'>,
  { project, forge, login }: Asked,
): Promise<HostActor> {
  const { host, settings } = await context.forges.setUp(project.id)
  const { identities } = context.access
  if (host === undefined) {
    const principal = await identities.principalNamed(login)
    return { name: login, principal, permission: 'admin' }
  }
  const permission = await forge.permissionOf(login)
  const person = await identities.principalOf(host, login)
  if (person !== undefined) return { name: person.name, principal: person, permission }
  const name = `${host}/${login}`
  const role = permission === 'none' ? undefined : roleOf(settings.hostRoles[permission])
  return { name, permission, principal: role && principalOf({ name, role, project: project.name }) }
}

/** As what somebody's changes are recorded, without asking what they may do. */
export async function authorName(
  context: Pick<Context, 'access' | 'forges'>,
  { project, login }: Omit<Asked, 'forge'>,
): Promise<string> {
  const { host } = await context.forges.setUp(project.id)
  if (host === undefined) return login
  const person = await context.access.identities.principalOf(host, login)
  return person?.name ?? `${host}/${login}`
}

function roleOf(name: string | undefined): Role | undefined {
  return roles.find((role) => role === name)
}

/** Who is nobody here has the role that the project gives to those who may do as much on its host. */
function principalOf({
  name,
  role,
  project,
}: {
  readonly name: string
  readonly role: Role
  readonly project: string
}): Principal {
  const permissions = permissionsOf[role]
  const scopes = [{ permissions, role, project, environment: undefined }]
  return { name, personId: undefined, via: 'comment', scopes, limit: undefined }
}

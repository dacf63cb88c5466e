/** What somebody may do. The one list: roles, tokens and every route name these. */
export const permissions = [
  /** To see everything as it is shown: masked. */
  'read',
  'change:plan',
  'run:approve',
  /** To apply, resume and cancel. */
  'change:apply',
  /** States through the `http` door, as Terraform needs them: in clear text. */
  'state:read',
  'state:write',
  'state:force-unlock',
  /** Sensitive values in clear text, for people. */
  'state:read-raw',
  /** To decide about runs whose end nobody saw. */
  'run:recover',
  'variable:write',
  'project:write',
  'audit:read',
  /** Everything, people and their roles too. */
  'admin',
] as const

export type Permission = (typeof permissions)[number]

export const roles = ['viewer', 'planner', 'approver', 'applier', 'operator', 'admin'] as const

export type Role = (typeof roles)[number]

const viewer: readonly Permission[] = ['read']
const planner: readonly Permission[] = [...viewer, 'change:plan']
const applier: readonly Permission[] = [...planner, 'change:apply']

/** What each role permits. Approving and applying are apart, so that two people can be asked for. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  viewer,
  planner,
  approver: [...viewer, 'run:approve'],
  applier,
  operator: [
    ...applier,
    'run:approve',
    'state:read',
    'state:write',
    'state:force-unlock',
    'state:read-raw',
    'run:recover',
    'variable:write',
    'audit:read',
  ],
  admin: permissions,
}

/** Permissions, and where they hold. An absent project or environment means all of them. */
export interface Scope {
  readonly permissions: readonly Permission[]
  /** The role that it comes from, if it does. */
  readonly role?: Role | undefined
  readonly project: string | undefined
  readonly environment: string | undefined
}

/** Who a request comes from, proved by a session or a token. */
export interface Principal {
  /** The actor of what it does: a person's name, or `ci` for a token that is nobody's. */
  readonly name: string
  /** Undefined for a token that belongs to nobody. */
  readonly personId: string | undefined
  /** By which way it came in. */
  readonly via: 'session' | 'token' | 'comment'
  /** It may do what any of these permits … */
  readonly scopes: readonly Scope[]
  /** … and, with a token, no more than this. */
  readonly limit: Scope | undefined
}

/** Where something is to be done. Without a project: on the whole server; without an environment: in all of it. */
export interface Place {
  readonly project?: string | undefined
  readonly environment?: string | undefined
}

/** Whether a principal may do something somewhere: asked by every door. */
export function permits(principal: Principal, permission: Permission, place: Place = {}): boolean {
  const { limit, scopes } = principal
  if (limit !== undefined && !covers(limit, permission, place)) return false
  return scopes.some((scope) => covers(scope, permission, place))
}

/**
 * Whether there is any place, of the project if one is named, where the principal may do it: what is
 * shown there is filtered by place then.
 */
export function permitsSomewhere(
  principal: Principal,
  permission: Permission,
  project?: string,
): boolean {
  return effectiveScopes(principal).some(
    (scope) =>
      includes(scope, permission) &&
      (project === undefined || scope.project === undefined || scope.project === project),
  )
}

/** Whether it is a person, with everything that the person may: no token that stands for less. */
export function isWholePerson({ personId, limit }: Principal): boolean {
  if (personId === undefined) return false
  if (limit === undefined) return true
  const { permissions: permitted, project, environment } = limit
  return permitted.includes('admin') && project === undefined && environment === undefined
}

/** Where a principal may do it: what lists are filtered by. */
export function placesOf(principal: Principal, permission: Permission): readonly Place[] {
  return effectiveScopes(principal)
    .filter((scope) => includes(scope, permission))
    .map(({ project, environment }) => ({ project, environment }))
}

/** What a principal may do where, with the limit of its token taken into account. */
export function effectiveScopes({ scopes, limit }: Principal): readonly Scope[] {
  if (limit === undefined) return scopes
  return scopes.flatMap((scope) => intersection(scope, limit) ?? [])
}

function intersection(scope: Scope, limit: Scope): Scope | undefined {
  const project = narrower(scope.project, limit.project)
  const environment = narrower(scope.environment, limit.environment)
  const shared = permissions.filter((one) => includes(scope, one) && includes(limit, one))
  if (project === 'none' || environment === 'none' || shared.length === 0) return undefined
  const role = limit.permissions.includes('admin') ? scope.role : undefined
  return { permissions: shared, role, project: project.name, environment: environment.name }
}

function narrower(one: string | undefined, other: string | undefined) {
  if (one !== undefined && other !== undefined && one !== other) return 'none'
  return { name: one ?? other }
}

function covers(scope: Scope, permission: Permission, place: Place): boolean {
  if (!includes(scope, permission)) return false
  if (scope.project !== undefined && scope.project !== place.project) return false
  return scope.environment === undefined || scope.environment === place.environment
}

function includes({ permissions: permitted }: Scope, permission: Permission): boolean {
  return permitted.includes(permission) || permitted.includes('admin')
}

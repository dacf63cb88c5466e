import type { Grant, Token } from './types.ts'

export type Permission = Token['permissions'][number]
export type Role = Grant['role']

/** What each permission lets somebody do, as the end of "may …". */
export const permissionWords: Readonly<Record<Permission, string>> = {
  read: 'see everything, with sensitive values masked',
  'change:plan': 'make changes and plan them',
  'run:approve': 'approve plans',
  'change:apply': 'apply, resume and cancel changes',
  'state:read': 'read states as Terraform does, in clear text',
  'state:write': 'write states as Terraform does, roll back, take locks',
  'state:force-unlock': "release other people's locks",
  'state:read-raw': 'read sensitive values in clear text',
  'run:recover': 'decide about runs whose end nobody saw',
  'variable:write': 'set and remove variables',
  'project:write': 'add projects and edit them',
  'audit:read': 'read the audit log',
  admin: 'do everything, and decide who may do what',
}

export interface RoleWords {
  /** What it is for. */
  readonly summary: string
  readonly permissions: readonly Permission[]
}

/** The roles, from who may least to who may most. The server's list is `permissionsOf`. */
export const roleWords: Readonly<Record<Role, RoleWords>> = {
  viewer: { summary: 'Sees everything and changes nothing.', permissions: ['read'] },
  planner: {
    summary: 'Makes changes and plans them, but applies nothing.',
    permissions: ['read', 'change:plan'],
  },
  approver: {
    summary: 'Looks at plans and approves them, but neither makes nor applies any.',
    permissions: ['read', 'run:approve'],
  },
  applier: {
    summary: 'Makes changes and applies what was approved. Approving is left to others.',
    permissions: ['read', 'change:plan', 'change:apply'],
  },
  operator: {
    summary: 'Does everything with infrastructure: states, locks, recovery, variables.',
    permissions: [
      'read',
      'change:plan',
      'change:apply',
      'run:approve',
      'state:read',
      'state:write',
      'state:force-unlock',
      'state:read-raw',
      'run:recover',
      'variable:write',
      'audit:read',
    ],
  },
  admin: {
    summary: 'Does everything, and decides about people, roles and projects.',
    permissions: Object.keys(permissionWords).filter(isPermission),
  },
}

function isPermission(name: string): name is Permission {
  return name in permissionWords
}

/** `in prod of shop`, `in shop`, `in prod of every project`, `everywhere`. */
export function placeWords(place: {
  readonly project?: string | undefined
  readonly environment?: string | undefined
}): string {
  const { project, environment } = place
  if (project !== undefined) {
    return environment === undefined ? `in ${project}` : `in ${environment} of ${project}`
  }
  return environment === undefined ? 'everywhere' : `in ${environment} of every project`
}

import type { Session } from './types.ts'

type Permission = Session['scopes'][number]['permissions'][number]

/**
 * Whether who is signed in may do something at a place, to show what they can do: the server decides again.
 * Without a project: on the whole server.
 */
export function may(
  session: Session,
  permission: Permission,
  place: {
    readonly project?: string | undefined
    readonly environment?: string | undefined
  } = {},
): boolean {
  return session.scopes.some(
    (scope) =>
      holds(scope, permission) &&
      (scope.project === undefined || scope.project === place.project) &&
      (scope.environment === undefined || scope.environment === place.environment),
  )
}

/** Whether there is any place, of the project if one is named, where they may do it. */
export function maySomewhere(session: Session, permission: Permission, project?: string): boolean {
  return session.scopes.some(
    (scope) =>
      holds(scope, permission) &&
      (project === undefined || scope.project === undefined || scope.project === project),
  )
}

function holds(scope: Session['scopes'][number], permission: Permission): boolean {
  return scope.permissions.includes(permission) || scope.permissions.includes('admin')
}

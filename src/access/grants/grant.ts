import type { Place, Role } from '../principal.ts'

/** A role of a person or a team, somewhere. */
export interface Grant {
  readonly id: string
  readonly person: string | undefined
  readonly team: string | undefined
  readonly role: Role
  readonly project: string | undefined
  readonly environment: string | undefined
  readonly createdBy: string
  readonly createdAt: Date
}

/** Who gets it: exactly one of both. */
export interface NewGrant extends Place {
  readonly person?: string | undefined
  readonly team?: string | undefined
  readonly role: Role
}

/** Somebody who may do everything everywhere. */
export interface Administrator {
  readonly id: string
  readonly name: string
  /** Otherwise they cannot sign in yet. */
  readonly hasPassword: boolean
}

/**
 * Whether somebody can still administer the server: one who can sign in, unless there was none of
 * them before either.
 */
export function leavesAnAdministrator(
  before: readonly Administrator[],
  after: readonly Administrator[],
): boolean {
  if (after.some((one) => one.hasPassword)) return true
  return after.length > 0 && !before.some((one) => one.hasPassword)
}

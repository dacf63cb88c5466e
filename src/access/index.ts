export type { Grant } from './grants/grant.ts'
export type { Identity } from './identities/identity.ts'
export type { Person, Team } from './people/person.ts'
export { idsOf as personIdsOf } from './people/person-store.ts'
export { teamsOf } from './people/team-store.ts'
export {
  effectiveScopes,
  isWholePerson,
  type Permission,
  type Place,
  type Principal,
  permissions,
  permissionsOf,
  permits,
  permitsSomewhere,
  placesOf,
  type Role,
  roles,
  type Scope,
} from './principal.ts'
export { type AccessService, createAccessService } from './service.ts'
export { isCsrf, type OpenedSession, type SignedIn } from './sessions/session.ts'
export type { TokenRecord } from './tokens/token.ts'
export { createTokenService, type TokenService } from './tokens/token-service.ts'

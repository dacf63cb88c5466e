export {
  type Permission,
  type Place,
  type Principal,
  permissions,
  permissionsOf,
  permits,
  permitsSomewhere,
  type Role,
  roles,
  type Scope,
} from './principal.ts'
export { createTokenService, type TokenService } from './service.ts'

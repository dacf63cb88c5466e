export type { NewToken } from './schema.ts'
export { createTokenService, type TokenService } from './service.ts'
export {
  type Permission,
  type Principal,
  permissions,
  permits,
  type TokenRecord,
} from './token.ts'

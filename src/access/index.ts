export { createTokenService, type TokenService } from './service.ts'
export { type Permission, type Principal, permits } from './token.ts'

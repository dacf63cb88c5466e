import type { Db } from '../platform/db/db.ts'
import { firstAdminLink } from './first-admin-service.ts'
import { createGrantService, type GrantService } from './grants/grant-service.ts'
import { createIdentityService, type IdentityService } from './identities/identity-service.ts'
import { createPersonService, type PersonService } from './people/person-service.ts'
import { createTeamService, type TeamService } from './people/team-service.ts'
import type { Principal } from './principal.ts'
import { createLinkService, type LinkService } from './sessions/link-service.ts'
import { createPasswords, type Passwords } from './sessions/password.ts'
import type { SignedIn } from './sessions/session.ts'
import { createSessionService, type SessionService } from './sessions/session-service.ts'
import { createSlowdown, type Slowdown } from './sessions/slowdown.ts'
import { createTokenService, type TokenService } from './tokens/token-service.ts'

/** Who may come in, and what they may do. */
export interface AccessService {
  readonly people: PersonService
  readonly teams: TeamService
  readonly grants: GrantService
  readonly tokens: TokenService
  readonly sessions: SessionService
  readonly links: LinkService
  /** Who people are on the hosts of repositories. */
  readonly identities: IdentityService
  /** Who a token speaks for, if it can be used. */
  authenticateToken(token: string): Promise<Principal | undefined>
  /** Who a cookie speaks for, if its session goes on. */
  authenticateSession(cookie: string): Promise<SignedIn | undefined>
  /**
   * For a server that starts: the token of a link with which the first administrator signs in, as
   * long as none has chosen a password. Each call makes a fresh one, and the one before is void.
   */
  firstAdminLink(): Promise<string | undefined>
}

export interface AccessOptions {
  readonly passwords?: Passwords
  readonly slowdown?: Slowdown
}

export function createAccessService(db: Db, options: AccessOptions = {}): AccessService {
  const passwords = options.passwords ?? createPasswords()
  const slowdown = options.slowdown ?? createSlowdown()
  const tokens = createTokenService(db)
  const sessions = createSessionService(db, { passwords, slowdown })
  return {
    people: createPersonService(db),
    teams: createTeamService(db),
    grants: createGrantService(db),
    tokens,
    sessions,
    links: createLinkService(db, passwords),
    identities: createIdentityService(db),
    authenticateToken: (token) => tokens.authenticate(token),
    authenticateSession: (cookie) => sessions.authenticate(cookie),
    firstAdminLink: () => firstAdminLink(db),
  }
}

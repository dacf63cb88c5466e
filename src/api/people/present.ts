import type { z } from 'zod'
import type {
  Grant as AccessGrant,
  Person as AccessPerson,
  Team as AccessTeam,
  TokenRecord,
} from '../../access/index.ts'
import type { AuditRecord as Recorded } from '../../audit/index.ts'
import type { AuditRecord, Grant, Person, Team, Token } from './schema.ts'

/** Somebody, as the API says it. */
export function presentPerson(person: AccessPerson): z.infer<typeof Person> {
  const { lastSeenAt, ...rest } = person
  return {
    ...rest,
    teams: [...person.teams],
    createdAt: person.createdAt.toISOString(),
    ...(lastSeenAt === undefined ? {} : { lastSeenAt: lastSeenAt.toISOString() }),
  }
}

export function presentTeam(team: AccessTeam): z.infer<typeof Team> {
  return { ...team, members: [...team.members], createdAt: team.createdAt.toISOString() }
}

export function presentGrant(grant: AccessGrant): z.infer<typeof Grant> {
  const { person, team, project, environment, createdAt, ...rest } = grant
  return {
    ...rest,
    ...(person === undefined ? {} : { person }),
    ...(team === undefined ? {} : { team }),
    ...(project === undefined ? {} : { project }),
    ...(environment === undefined ? {} : { environment }),
    createdAt: createdAt.toISOString(),
  }
}

export function presentToken(token: TokenRecord): z.infer<typeof Token> {
  const { id, name, permissions, person, project, environment, createdBy, createdAt } = token
  const { expiresAt, lastUsedAt, revokedAt } = token
  return {
    id,
    name,
    permissions: [...permissions],
    ...(person === undefined ? {} : { person }),
    ...(project === undefined ? {} : { project }),
    ...(environment === undefined ? {} : { environment }),
    createdBy,
    createdAt: createdAt.toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(revokedAt === undefined ? {} : { revokedAt: revokedAt.toISOString() }),
  }
}

export function presentAudit(record: Recorded): z.infer<typeof AuditRecord> {
  return { ...record, at: record.at.toISOString(), details: { ...record.details } }
}

import { z } from 'zod'
import { permissions, roles } from '../../access/index.ts'
import { Moment } from '../common-schema.ts'

/** What people sign in with. */
export const AccountName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'must consist of small letters, digits, dots, dashes and underscores',
  )

export const Grant = z
  .object({
    id: z.uuid(),
    person: z.string().optional(),
    team: z.string().optional(),
    role: z.enum(roles),
    project: z.string().optional(),
    environment: z.string().optional(),
    createdBy: z.string(),
    createdAt: Moment,
  })
  .meta({ id: 'Grant' })

export const NewGrant = z
  .object({
    person: AccountName.optional(),
    team: AccountName.optional(),
    role: z.enum(roles),
    project: z.string().max(100).optional(),
    environment: z.string().max(100).optional(),
  })
  .refine((grant) => (grant.person === undefined) !== (grant.team === undefined), {
    message: 'must name either a person or a team',
    path: ['person'],
  })
  .meta({ id: 'NewGrant' })

export const Person = z
  .object({
    id: z.uuid(),
    name: z.string(),
    fullName: z.string(),
    /** `invited` until they have chosen a password. */
    status: z.enum(['invited', 'active', 'disabled']),
    teams: z.array(z.string()),
    createdBy: z.string(),
    createdAt: Moment,
    lastSeenAt: Moment.optional(),
  })
  .meta({ id: 'Person' })

export const NewPerson = z
  .object({ name: AccountName, fullName: z.string().trim().min(1).max(200) })
  .meta({ id: 'NewPerson' })

export const EditPerson = z
  .object({
    fullName: z.string().trim().min(1).max(200).optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'EditPerson' })

/** A link to sign in with once, shown once. */
export const SignInLink = z
  .object({ url: z.string(), expiresAt: Moment })
  .meta({ id: 'SignInLink' })

export const Team = z
  .object({
    name: z.string(),
    members: z.array(z.string()),
    createdBy: z.string(),
    createdAt: Moment,
  })
  .meta({ id: 'Team' })

export const EditTeam = z
  .object({ members: z.array(AccountName).max(1000) })
  .meta({ id: 'EditTeam' })

export const Token = z
  .object({
    id: z.uuid(),
    name: z.string(),
    permissions: z.array(z.enum(permissions)),
    /** Whose it is; absent: it stands for itself, like one of a CI system. */
    person: z.string().optional(),
    project: z.string().optional(),
    environment: z.string().optional(),
    createdBy: z.string(),
    createdAt: Moment,
    expiresAt: Moment.optional(),
    lastUsedAt: Moment.optional(),
    revokedAt: Moment.optional(),
  })
  .meta({ id: 'Token' })

export const NewToken = z
  .object({
    name: z.string().min(1).max(100),
    permissions: z.array(z.enum(permissions)).min(1),
    /** False: a token that stands for itself; only administrators make one. */
    personal: z.boolean().default(true),
    project: z.string().max(100).optional(),
    environment: z.string().max(100).optional(),
    expiresAt: Moment.optional(),
  })
  .meta({ id: 'NewToken' })

export const CreatedToken = z
  .object({ token: z.string().meta({ description: 'Shown this once.' }), record: Token })
  .meta({ id: 'CreatedToken' })

export const AuditRecord = z
  .object({
    id: z.int(),
    at: Moment,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'AuditRecord' })

import { z } from 'zod'
import { permissions, roles } from '../../access/index.ts'
import { AccountName } from '../people/schema.ts'

/** Who is signed in, and what they may do anywhere. */
export const Session = z
  .object({
    name: z.string(),
    fullName: z.string().optional(),
    via: z.enum(['session', 'token', 'comment']),
    /** To be sent as `X-CSRF-Token` with everything but GET, when `via` is `session`. */
    csrf: z.string().optional(),
    teams: z.array(z.string()),
    scopes: z.array(
      z.object({
        permissions: z.array(z.enum(permissions)),
        role: z.enum(roles).optional(),
        project: z.string().optional(),
        environment: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Session' })

const Password = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(1000, 'has more than 1000 characters')

export const SignIn = z
  .object({ name: AccountName, password: z.string().max(1000) })
  .meta({ id: 'SignIn' })

/** What a link is for, before it is used. */
export const LinkInfo = z
  .object({ name: z.string(), fullName: z.string(), hasPassword: z.boolean() })
  .meta({ id: 'LinkInfo' })

/** Signs in by a link; a password is chosen with it, unless the person has one already. */
export const UseLink = z.object({ password: Password.optional() }).meta({ id: 'UseLink' })

export const ChangePassword = z
  .object({ current: z.string().max(1000), password: Password })
  .meta({ id: 'ChangePassword' })

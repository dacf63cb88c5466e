import { z } from 'zod'
import { invalid } from '../../platform/errors.ts'
import { type Permission, permissions } from '../principal.ts'

const TokenInput = z.object({
  name: z
    .string()
    .max(100, 'is longer than 100 characters')
    .regex(/^[\p{L}\p{N}]([\p{L}\p{N}._ -]*[\p{L}\p{N}])?$/u, {
      message: 'must consist of letters, digits, dots, dashes, underscores and inner spaces',
    })
    .refine((name) => name === name.normalize('NFKC'), {
      message: 'holds letters that look like others',
    }),
  permissions: z
    .array(z.enum(permissions, { message: `must be among ${permissions.join(', ')}` }))
    .min(1, 'must name at least one permission')
    .transform((list) => [...new Set(list)]),
  expiresAt: z
    .date()
    .refine((date) => date.getTime() > Date.now(), 'must be in the future')
    .optional(),
})

export const Permissions = z.array(z.enum(permissions))

export interface NewToken {
  readonly name: string
  readonly permissions: readonly string[]
  readonly expiresAt?: Date | undefined
}

export interface CheckedToken {
  readonly name: string
  readonly permissions: readonly Permission[]
  readonly expiresAt: Date | undefined
}

/** @throws AppError `invalid` that names what is wrong. */
export function parseNewToken(input: NewToken): CheckedToken {
  const parsed = TokenInput.safeParse(input)
  if (parsed.success) return { ...parsed.data, expiresAt: parsed.data.expiresAt }
  const issue = parsed.error.issues[0]
  const field = issue?.path[0] === 'expiresAt' ? 'expiry' : String(issue?.path[0])
  throw invalid(`a token's ${field} ${issue?.message}`, {
    next: `Correct the ${field} and create the token again.`,
  })
}

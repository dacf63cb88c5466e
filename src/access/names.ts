import { invalid } from '../platform/errors.ts'

/** What people sign in with, and what teams are called. */
const accountName = /^[a-z0-9][a-z0-9._-]{0,62}$/

// Control characters, halves of characters, line separators, and what turns the direction of writing:
// a name must look like what it is.
const unfit = /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u

/** @throws AppError `invalid` for what no account or team can be called */
export function checkAccountName(name: string, what: 'person' | 'team'): string {
  if (accountName.test(name)) return name
  throw invalid(
    `a ${what}'s name consists of small letters, digits, dots, dashes and underscores`,
    {
      next: 'Choose another name of at most 63 characters.',
    },
  )
}

/** A person's name as it is shown, in one spelling. @throws AppError `invalid` */
export function checkFullName(name: string): string {
  const written = name.normalize('NFC').trim()
  if (written !== '' && written.length <= 200 && !unfit.test(written)) return written
  throw invalid('a full name has 1 to 200 characters, none of them invisible', {
    next: 'Correct the full name.',
  })
}

/** @throws AppError `invalid` for what no environment can be called */
export function checkEnvironmentName(name: string): string {
  if (name !== '' && name.length <= 100 && !/[\s@/]/.test(name) && !unfit.test(name)) return name
  throw invalid(`the environment's name is empty, too long, or holds a space, a slash or an @`, {
    next: 'Name an environment as the manifest does.',
  })
}

/** How two actors are compared: a token may not pass for a person by being written in another case. */
export function actorKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

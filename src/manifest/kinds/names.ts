import type { NameProblem } from './kind.ts'

const identifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Names of variables and outputs of Terraform. */
export function checkIdentifier(name: string, what: string): NameProblem | undefined {
  return identifier.test(name) ? undefined : unfit(what)
}

/** Names of environment variables of a command. */
export function checkVariable(name: string): NameProblem | undefined {
  if (!variable.test(name)) return unfit('an environment variable')
  if (!name.startsWith('PORTOLAN_')) return undefined
  const message = "cannot be set: PORTOLAN_ begins names of Portolan's own"
  return { message, next: 'Choose another name.' }
}

function unfit(what: string): NameProblem {
  return {
    message: `cannot be the name of ${what}`,
    next: 'It is made of letters, digits and `_`, and begins with no digit.',
  }
}

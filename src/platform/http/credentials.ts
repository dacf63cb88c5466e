/**
 * The secret of an Authorization header: the password of Basic (the user's name is free) or the token
 * of Bearer. Undefined when there is none or it cannot be read.
 */
export function secretOf(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(\S+) +(\S+) *$/.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 || colon === pair.length - 1 ? undefined : pair.slice(colon + 1)
}

import { randomBytes, randomUUID } from 'node:crypto'

/** A new random id for a row. */
export function newId(): string {
  return randomUUID()
}

/** A random secret with a recognisable prefix, so that secret scanners find a leaked one. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`
}

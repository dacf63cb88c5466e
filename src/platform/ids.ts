import { randomBytes, randomUUID } from 'node:crypto'

/** A new random id for a row. */
export function newId(): string {
  return randomUUID()
}

/** A random secret with a recognisable prefix, so that secret scanners find a leaked one. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`
}

/** A text for a log, without the secrets of `newSecret`: an address may hold one. */
export function withoutSecrets(text: string): string {
  return text.replace(/\b(pt[a-z])_[\w-]{8,}/g, '$1_…')
}

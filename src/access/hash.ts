import { createHash } from 'node:crypto'

/**
 * What is stored of a random secret. Looking it up is constant in time as far as a guesser can use it:
 * how far the hash of a guess agrees with a stored one says nothing about the secret.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

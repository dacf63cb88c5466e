import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { unavailable } from '../platform/errors.ts'

/** Encrypts what must not lie in clear text in the database. */
export interface Seal {
  seal(plain: Buffer): Buffer
  /** @throws AppError `unavailable` when it was altered, or sealed with another key or for another purpose. */
  open(sealed: Buffer): Buffer
}

const KEY_BYTES = 32
const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES

/**
 * AES-256-GCM. Layout: format (1 byte, now 1), nonce (12), ciphertext, tag (16). The purpose and the
 * format are authenticated, so that what was sealed for one purpose does not open for another.
 */
export function createSeal(instanceKey: Buffer, purpose: string): Seal {
  if (instanceKey.length !== KEY_BYTES) {
    throw unavailable(`the instance key has ${instanceKey.length} bytes instead of ${KEY_BYTES}`, {
      next: 'Restore the key file from a backup.',
    })
  }
  const authenticated = Buffer.from(`portolan/${FORMAT}/${purpose}`)
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', instanceKey, nonce).setAAD(authenticated)
      return Buffer.concat([
        Buffer.of(FORMAT),
        nonce,
        cipher.update(plain),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(sealed) {
      if (sealed.length < OVERHEAD) throw unreadable(purpose, 'it is cut short')
      if (sealed[0] !== FORMAT) throw unreadable(purpose, 'a newer Portolan made it')
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', instanceKey, nonce, {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(authenticated).setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        const ciphertext = sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      } catch {
        throw unreadable(purpose, 'it was altered, or sealed with another instance key')
      }
    },
  }
}

function unreadable(purpose: string, why: string) {
  return unavailable(`the sealed ${purpose} cannot be opened: ${why}`, {
    next: 'Check that the instance key is the one this database was used with; a plan can be made again.',
  })
}

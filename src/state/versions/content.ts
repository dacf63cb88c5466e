import { webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { unavailable } from '../../platform/errors.ts'

/** Bytes as they are stored. */
export interface Content {
  /** Lowercase hex, of the uncompressed bytes. */
  readonly sha256: string
  /** Bytes, uncompressed. */
  readonly size: number
  readonly gzip: Buffer
}

/** Compresses and hashes off the main thread. */
export async function pack(bytes: Buffer): Promise<Content> {
  const [sha256, compressed] = await Promise.all([
    sha256Of(bytes),
    promisify(gzip)(bytes, { level: 1 }),
  ])
  return { sha256, size: bytes.length, gzip: compressed }
}

/**
 * The bytes again, exactly those that were packed.
 * @throws AppError `unavailable` when they are damaged; `what` names them
 */
export async function unpack(content: Content, what: string): Promise<Buffer> {
  const bytes = await decompress(content, what)
  if ((await sha256Of(bytes)) !== content.sha256) throw damaged(what)
  return bytes
}

async function decompress(content: Content, what: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(content.gzip, { maxOutputLength: Math.max(1, content.size) })
  } catch (error) {
    throw damaged(what, error)
  }
}

function damaged(what: string, cause?: unknown) {
  return unavailable(
    `${what} is damaged in the database: its bytes are not those that were stored`,
    {
      next: 'Restore the database from a backup, or go on from another version.',
      cause,
    },
  )
}

async function sha256Of(bytes: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString(
    'hex',
  )
}

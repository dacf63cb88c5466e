import { createHash, webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib'
import { unavailable } from '../../platform/errors.ts'

/** Bytes as they are stored. */
export interface Content {
  /** Lowercase hex, of the uncompressed bytes. */
  readonly sha256: string
  /** Bytes, uncompressed. */
  readonly size: number
  readonly gzip: Buffer
}

/** Up to so many bytes the work takes less time than handing it to another thread. */
const SMALL = 64 * 1024

/** Compresses and hashes; what is large off the main thread. */
export async function pack(bytes: Buffer): Promise<Content> {
  const [sha256, compressed] = await Promise.all([sha256Of(bytes), compress(bytes)])
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

async function compress(bytes: Buffer): Promise<Buffer> {
  const options = { level: 1 }
  return bytes.length <= SMALL ? gzipSync(bytes, options) : promisify(gzip)(bytes, options)
}

async function decompress({ gzip, size }: Content, what: string): Promise<Buffer> {
  const options = { maxOutputLength: Math.max(1, size) }
  try {
    return size <= SMALL ? gunzipSync(gzip, options) : await promisify(gunzip)(gzip, options)
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
  if (bytes.length <= SMALL) return createHash('sha256').update(bytes).digest('hex')
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString(
    'hex',
  )
}

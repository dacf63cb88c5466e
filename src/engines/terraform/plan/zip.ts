import { promisify } from 'node:util'
import { inflateRaw, inflateRawSync } from 'node:zlib'
import { Unreadable } from './unreadable.ts'

/** The entries of an archive by name; each is unpacked when it is read. */
export interface Zip {
  readonly names: readonly string[]
  /** @throws Unreadable when there is none of this name, or it cannot be unpacked. */
  read(name: string): Buffer
  /** The same for what is large: everything else goes on meanwhile. */
  readLarge(name: string): Promise<Buffer>
}

const endSignature = Buffer.from('PK\x05\x06', 'latin1')

/**
 * Reads the directory of a zip archive, as Terraform writes it: no encryption, no zip64.
 * @throws Unreadable when it is none.
 */
export function openZip(file: Buffer): Zip {
  const entries = understood(() => readDirectory(file))
  const entryOf = (name: string) => {
    const entry = entries.get(name)
    if (entry === undefined) throw new Unreadable(`the archive has no ${name}`)
    return entry
  }
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entryOf(name)
      return understood(() => {
        const { packed, isDeflated } = packedBytes(file, entry)
        return whole(entry, isDeflated ? inflateRawSync(packed, limitOf(entry)) : packed)
      })
    },
    async readLarge(name) {
      const entry = entryOf(name)
      try {
        const { packed, isDeflated } = packedBytes(file, entry)
        return whole(entry, isDeflated ? await inflate(packed, limitOf(entry)) : packed)
      } catch (error) {
        return understood(() => {
          throw error
        })
      }
    },
  }
}

const inflate = promisify(inflateRaw)

interface Entry {
  readonly method: number
  readonly packedSize: number
  readonly size: number
  readonly offset: number
}

function readDirectory(file: Buffer): ReadonlyMap<string, Entry> {
  const end = file.lastIndexOf(endSignature)
  if (end < 0) throw new Unreadable('the file is no zip archive')
  const entries = new Map<string, Entry>()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (file.readUInt32LE(at) !== 0x02014b50) throw new Unreadable('the archive has no directory')
    const nameLength = file.readUInt16LE(at + 28)
    entries.set(file.toString('utf8', at + 46, at + 46 + nameLength), {
      method: file.readUInt16LE(at + 10),
      packedSize: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

function packedBytes(file: Buffer, { method, packedSize, offset }: Entry) {
  const start = offset + 30 + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
  const packed = file.subarray(start, start + packedSize)
  if (method !== 0 && method !== 8) throw new Unreadable('an entry is packed in an unknown way')
  return { packed, isDeflated: method === 8 }
}

function limitOf({ size }: Entry) {
  return { maxOutputLength: size || 1 }
}

function whole({ size }: Entry, content: Buffer): Buffer {
  if (content.length !== size) throw new Unreadable('an entry is cut off')
  return content
}

/** A number that lies outside of the file and data that cannot be unpacked mean the same. */
function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error)) {
      throw new Unreadable('the archive is damaged', { cause: error })
    }
    throw error
  }
}

import { inflateRawSync } from 'node:zlib'

/** Which backend a saved plan will write to. */
export interface PinnedBackend {
  readonly type: string
  readonly workspace: string
  /** The backend's configuration (msgpack), to look for a path in. */
  readonly config: Buffer
}

/**
 * Reads the backend that a plan file pins. Undefined for anything that is not understood (another
 * format, a plan that OpenTofu encrypted): then nothing may be concluded.
 * Format: a zip whose entry `tfplan` is the protobuf message `Plan` of Terraform's
 * `internal/plans/planproto/planfile.proto`: field 13 is `Backend { type = 1; config = 2; workspace = 3 }`.
 */
export function pinnedBackend(file: Buffer): PinnedBackend | undefined {
  try {
    const entry = zipEntry(file, 'tfplan')
    const backend = entry && lengthDelimited(entry).get(13)
    if (backend === undefined) return undefined
    const fields = lengthDelimited(backend)
    const config = fields.get(2)
    return {
      type: fields.get(1)?.toString('utf8') ?? '',
      workspace: fields.get(3)?.toString('utf8') ?? '',
      config: (config && lengthDelimited(config).get(1)) ?? Buffer.alloc(0),
    }
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error))
      return undefined
    throw error
  }
}

function zipEntry(file: Buffer, name: string): Buffer | undefined {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) return undefined
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = file.readUInt16LE(at + 28)
    if (file.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = file.readUInt32LE(at + 42)
      const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
      const packed = file.subarray(start, start + file.readUInt32LE(at + 20))
      return file.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)
    }
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return undefined
}

/** The last value of every length-delimited field of a protobuf message. */
function lengthDelimited(message: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = message.readUInt8(at)
      at += 1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const key = varint()
    const wireType = key & 7
    if (wireType === 0) varint()
    else if (wireType === 1) at += 8
    else if (wireType === 5) at += 4
    else if (wireType === 2) {
      const length = varint()
      if (at + length > message.length) throw new RangeError('a field is cut off')
      fields.set(Math.floor(key / 8), message.subarray(at, at + length))
      at += length
    } else throw new RangeError('a field of unknown type')
  }
  return fields
}

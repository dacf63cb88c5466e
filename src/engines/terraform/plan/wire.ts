import { Unreadable } from './unreadable.ts'

/** A field's value: a number or boolean as number, text, bytes and inner messages as bytes. */
export type WireValue = number | Buffer

/** The fields of a protobuf message by number, each with its values in order. */
export type Message = ReadonlyMap<number, readonly WireValue[]>

/**
 * Splits a protobuf message into its fields.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 * @throws Unreadable when it is cut off, or has a field of a kind that plan files do not use.
 */
export function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, WireValue[]>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at]
      if (byte === undefined) throw new Unreadable('a message is cut off')
      at += 1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new Unreadable('a number has no end')
  }
  while (at < bytes.length) {
    const key = varint()
    const values = fields.get(Math.floor(key / 8)) ?? []
    fields.set(Math.floor(key / 8), values)
    if (key % 8 === 0) values.push(varint())
    else if (key % 8 === 2) {
      const length = varint()
      if (at + length > bytes.length) throw new Unreadable('a field is cut off')
      values.push(bytes.subarray(at, at + length))
      at += length
    } else throw new Unreadable('a field is of an unexpected kind')
  }
  return fields
}

/** The field's last value as a number: 0 when it is absent. */
export function numberIn(message: Message, field: number): number {
  const value = message.get(field)?.at(-1) ?? 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new Unreadable(`field ${field} is no number`)
}

/** The field's last value as bytes; undefined when it is absent. */
export function bytesIn(message: Message, field: number): Buffer | undefined {
  return allBytesIn(message, field).at(-1)
}

function allBytesIn(message: Message, field: number): readonly Buffer[] {
  return (message.get(field) ?? []).map((value) => {
    if (typeof value !== 'number') return value
    throw new Unreadable(`field ${field} is a number`)
  })
}

/** The field as text: empty when it is absent. */
export function textIn(message: Message, field: number): string {
  return bytesIn(message, field)?.toString('utf8') ?? ''
}

/** The inner message; undefined when it is absent. */
export function messageIn(message: Message, field: number): Message | undefined {
  const bytes = bytesIn(message, field)
  return bytes && readMessage(bytes)
}

export function messagesIn(message: Message, field: number): readonly Message[] {
  return allBytesIn(message, field).map(readMessage)
}

import { Decoder, Encoder, ExtData } from '@msgpack/msgpack'

/**
 * A value as Terraform sends it in msgpack. An integer beyond 2^53 comes as bigint, a number that
 * fits neither 64 bits nor a double as text, an unknown value as an extension that is handed on.
 */
type Value = string | number | bigint | boolean | null | ExtData

/** A note, `null` where there is none. */
export type NoteValue = Readonly<Record<string, Value>> | null

export interface DynamicValue {
  readonly msgpack: Uint8Array
}

const decoder = new Decoder({ useBigInt64: true })
const encoder = new Encoder({ useBigInt64: true })

/** What Terraform puts in the place of a value that only the apply will know. */
export const unknown = new ExtData(0, new Uint8Array([0]))

export function decode(value: DynamicValue): NoteValue {
  const decoded: unknown = decoder.decode(value.msgpack)
  return isNote(decoded) ? decoded : null
}

export function encode(value: NoteValue): DynamicValue {
  return { msgpack: encoder.encode(value) }
}

export function textOf(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value)
}

function isNote(value: unknown): value is Exclude<NoteValue, null> {
  return typeof value === 'object' && value !== null && !(value instanceof ExtData)
}

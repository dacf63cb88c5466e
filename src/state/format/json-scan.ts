/** A member of the outermost object: where its value stands in the bytes. */
export interface Member {
  readonly key: string
  readonly type: 'object' | 'array' | 'string' | 'number' | 'literal'
  /** Offset of the value's first byte. */
  readonly start: number
  /** Offset behind the value's last byte. */
  readonly end: number
}

export interface JsonScan {
  readonly members: readonly Member[]
  /** Instances of managed resources: elements of `resources[].instances[]` whose resource is no data source. */
  readonly managed: number
  /** Some number would not survive JavaScript's arithmetic as it is written. */
  readonly exactNumbers: boolean
}

/** Why bytes are no JSON; the message continues "the upload …". */
export class JsonFault extends Error {}

/** Deeper than any real state, shallower than any stack. */
const DEPTH_LIMIT = 500
const BYTES_PER_STEP = 1024 * 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/

type Expect = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing'

/**
 * Checks that `bytes` are one whole JSON object and notes what a state's header needs, in one pass
 * without building anything. It yields about every MiB, so that a caller can let others work.
 * @throws JsonFault
 */
export function* scanJson(bytes: Buffer): Generator<undefined, JsonScan> {
  const scan = new StateScan(bytes)
  while (!scan.advance(BYTES_PER_STEP)) yield
  return scan.result()
}

class StateScan {
  readonly #bytes: Buffer
  readonly #isArray = new Uint8Array(DEPTH_LIMIT + 1)
  readonly #members: Member[] = []
  #depth = 0
  #at = 0
  #expect: Expect = 'value'
  #key = ''
  #memberKey = ''
  #memberStart = 0
  #memberType: Member['type'] = 'literal'
  #inResources = false
  #inInstances = false
  #instances = 0
  #isData = false
  #managed = 0
  #exactNumbers = false

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Reads on for about `length` bytes; true at the end. */
  advance(length: number): boolean {
    const stop = this.#at + length
    while (this.#at < stop) {
      this.#skipSpace()
      if (this.#at >= this.#bytes.length) {
        if (this.#expect === 'nothing') return true
        throw new JsonFault(
          this.#at === 0 || this.#expect === 'value'
            ? `is empty or ends where a value is expected (byte ${this.#at})`
            : `ends in the middle, at byte ${this.#at}: it was cut off`,
        )
      }
      this.#token(this.#bytes[this.#at] ?? 0)
    }
    return false
  }

  result(): JsonScan {
    return {
      members: this.#members,
      managed: this.#managed,
      exactNumbers: this.#exactNumbers,
    }
  }

  #token(byte: number): void {
    const expect = this.#expect
    if (expect === 'comma or end') this.#commaOrEnd(byte)
    else if (expect === 'value') this.#value(byte)
    else if (expect === 'colon') this.#colon(byte)
    else if (expect === 'nothing') {
      throw new JsonFault(`has something behind its end, at byte ${this.#at}`)
    } else if (expect === 'value or end') {
      if (byte === CLOSE_ARRAY) this.#close(byte)
      else this.#value(byte)
    } else if (byte === QUOTE) this.#readKey()
    else if (expect === 'key or end' && byte === CLOSE_OBJECT) this.#close(byte)
    else throw this.#unexpected()
  }

  #colon(byte: number): void {
    if (byte !== COLON) throw this.#unexpected()
    this.#at += 1
    this.#expect = 'value'
  }

  #value(byte: number): void {
    const start = this.#at
    if (this.#depth === 0 && byte !== OPEN_OBJECT) {
      throw new JsonFault('is no JSON object')
    }
    if (this.#inInstances && this.#depth === 4) this.#instances += 1
    if (this.#depth === 1) this.#memberStart = start
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open(byte === OPEN_ARRAY)
    } else if (byte === QUOTE) {
      this.#readString()
      if (this.#inResources && this.#depth === 3 && this.#key === 'mode') {
        this.#isData = this.#text(start) === '"data"'
      }
      this.#endValue('string', start)
    } else {
      this.#endValue(this.#readScalar(byte), start)
    }
  }

  #open(isArray: boolean): void {
    if (this.#depth >= DEPTH_LIMIT) {
      throw new JsonFault(`is nested deeper than ${DEPTH_LIMIT} levels`)
    }
    if (this.#depth === 1) this.#memberType = isArray ? 'array' : 'object'
    if (isArray && this.#depth === 1 && this.#key === 'resources') this.#inResources = true
    if (this.#inResources && this.#depth === 2) {
      this.#instances = 0
      this.#isData = false
    }
    if (this.#inResources && isArray && this.#depth === 3 && this.#key === 'instances') {
      this.#inInstances = true
    }
    this.#depth += 1
    this.#isArray[this.#depth] = isArray ? 1 : 0
    this.#at += 1
    this.#expect = isArray ? 'value or end' : 'key or end'
  }

  #close(byte: number): void {
    if ((byte === CLOSE_ARRAY) !== (this.#isArray[this.#depth] === 1)) throw this.#unexpected()
    this.#at += 1
    this.#depth -= 1
    if (this.#inInstances && this.#depth === 3) this.#inInstances = false
    if (this.#inResources && this.#depth === 2 && !this.#isData) this.#managed += this.#instances
    if (this.#inResources && this.#depth === 1) this.#inResources = false
    if (this.#depth === 1) this.#addMember(this.#memberType, this.#memberStart)
    this.#expect = this.#depth === 0 ? 'nothing' : 'comma or end'
  }

  #commaOrEnd(byte: number): void {
    if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      this.#close(byte)
      return
    }
    if (byte !== COMMA) throw this.#unexpected()
    this.#at += 1
    this.#expect = this.#isArray[this.#depth] === 1 ? 'value' : 'key'
  }

  #endValue(type: Member['type'], start: number): void {
    if (this.#depth === 1) this.#addMember(type, start)
    this.#expect = 'comma or end'
  }

  #addMember(type: Member['type'], start: number): void {
    this.#members.push({ key: this.#memberKey, type, start, end: this.#at })
  }

  #readKey(): void {
    const start = this.#at
    this.#readString()
    // Deeper keys matter only where instances are counted; decoding each would cost the most.
    if (this.#depth === 1) this.#memberKey = String(JSON.parse(this.#text(start)))
    if (this.#depth === 1) this.#key = this.#memberKey
    else if (this.#inResources && this.#depth === 3) {
      this.#key = String(JSON.parse(this.#text(start)))
    }
    this.#expect = 'colon'
  }

  #readString(): void {
    const bytes = this.#bytes
    let at = this.#at + 1
    for (;;) {
      const byte = bytes[at]
      if (byte === undefined) {
        throw new JsonFault(`ends in the middle of a string, at byte ${at}: it was cut off`)
      }
      if (byte === QUOTE) break
      if (byte < 0x20) {
        throw new JsonFault(`has a bare control character in a string, at byte ${at}`)
      }
      at += byte === BACKSLASH ? escapeLength(bytes, at) : 1
    }
    this.#at = at + 1
  }

  #readScalar(first: number): Member['type'] {
    const start = this.#at
    const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39)
    while (isScalarByte(this.#bytes[this.#at])) this.#at += 1
    const text = this.#text(start)
    if (isNumber && NUMBER.test(text)) {
      if (!this.#exactNumbers && String(Number(text)) !== text) this.#exactNumbers = true
      return 'number'
    }
    if (text === 'true' || text === 'false' || text === 'null') return 'literal'
    if (this.#at >= this.#bytes.length) {
      throw new JsonFault(`ends in the middle, at byte ${this.#at}: it was cut off`)
    }
    this.#at = start
    throw this.#unexpected()
  }

  #skipSpace(): void {
    const bytes = this.#bytes
    let at = this.#at
    for (;;) {
      const byte = bytes[at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      at += 1
    }
    this.#at = at
  }

  #text(start: number): string {
    return this.#bytes.toString('utf8', start, this.#at)
  }

  #unexpected(): JsonFault {
    return new JsonFault(`is no valid JSON at byte ${this.#at}`)
  }
}

function escapeLength(bytes: Buffer, at: number): number {
  const escaped = bytes[at + 1]
  if (escaped === undefined) {
    throw new JsonFault(`ends in the middle of a string, at byte ${at}: it was cut off`)
  }
  if (escaped === 0x75) {
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (!isHexDigit(bytes[digit])) throw new JsonFault(`has a broken escape, at byte ${at}`)
    }
    return 6
  }
  if (!'"\\/bfnrt'.includes(String.fromCharCode(escaped))) {
    throw new JsonFault(`has a broken escape, at byte ${at}`)
  }
  return 2
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x46) ||
    (byte >= 0x61 && byte <= 0x66)
  )
}

/** Letters, digits, `+`, `-`, `.`: whatever numbers and literals are made of. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  )
}

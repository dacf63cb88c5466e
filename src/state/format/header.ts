import { isUtf8 } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { JsonFault, type JsonScan, type Member, scanJson } from './json-scan.ts'

/** What Portolan needs to know of a state to record it. */
export interface StateHeader {
  readonly serial: number
  readonly lineage: string
  readonly terraformVersion: string | undefined
  /** Encrypted by OpenTofu: only serial and lineage can be read. */
  readonly encrypted: boolean
  /** Instances of managed resources; undefined when the state is encrypted. */
  readonly managed: number | undefined
  /** The state has numbers that JavaScript would change. */
  readonly exactNumbers: boolean
  /** Where the serial's digits stand in the bytes. */
  readonly serialAt: { readonly start: number; readonly end: number }
}

export type Inspection =
  | { readonly kind: 'state'; readonly header: StateHeader }
  /** `reason` is a sentence. */
  | { readonly kind: 'malformed'; readonly reason: string }

/** Looks at a state's bytes without building anything of it. Blocks: 50 MB take about 0.3 s. */
export function inspectState(bytes: Buffer): Inspection {
  const steps = inspecting(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, letting others work after each MiB. */
export async function inspectGently(bytes: Buffer): Promise<Inspection> {
  const steps = inspecting(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

function* inspecting(bytes: Buffer): Generator<undefined, Inspection> {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return malformed('begins with a byte order mark, which no state has')
  }
  if (!isUtf8(bytes)) return malformed('is not UTF-8 text')
  try {
    return readHeader(bytes, yield* scanJson(bytes))
  } catch (error) {
    if (error instanceof JsonFault) return malformed(error.message)
    throw error
  }
}

/** The same state with another serial; every other byte stays as it is. */
export function withSerial(bytes: Buffer, header: StateHeader, serial: number): Buffer {
  return Buffer.concat([
    bytes.subarray(0, header.serialAt.start),
    Buffer.from(String(serial)),
    bytes.subarray(header.serialAt.end),
  ])
}

function malformed(what: string): Inspection {
  return { kind: 'malformed', reason: `the upload ${what}` }
}

const KNOWN = [
  'version',
  'terraform_version',
  'serial',
  'lineage',
  'resources',
  'outputs',
  'encryption_version',
  'encrypted_data',
]

function readHeader(bytes: Buffer, scan: JsonScan): Inspection {
  const ambiguous = ambiguousKey(scan.members)
  if (ambiguous !== undefined) {
    return malformed(`has the key ${JSON.stringify(ambiguous)} twice: nobody can say which counts`)
  }
  const members = new Map(scan.members.map((member) => [member.key, member]))
  const encrypted = members.get('encryption_version')?.type === 'string'
  const fault = encrypted ? undefined : formatFault(bytes, members.get('version'))
  if (fault !== undefined) return malformed(fault)
  const lineage = stringAt(bytes, members.get('lineage'))
  if (lineage === undefined || lineage === '') return malformed('has no lineage')
  if (lineage.length > 255 || lineage.includes('\0') || !lineage.isWellFormed()) {
    return malformed('has a lineage that is no name')
  }
  const serial = serialOf(bytes, members.get('serial'))
  if (typeof serial === 'string') return malformed(serial)
  if (!encrypted && !isListOrAbsent(members.get('resources'))) {
    return malformed('has resources that are no list')
  }
  return {
    kind: 'state',
    header: {
      serial: serial.value,
      lineage,
      terraformVersion: versionText(stringAt(bytes, members.get('terraform_version'))),
      encrypted,
      managed: encrypted ? undefined : scan.managed,
      exactNumbers: scan.exactNumbers,
      serialAt: { start: serial.start, end: serial.end },
    },
  }
}

// Go's decoder takes the last of several equal keys and ignores case, JavaScript's does not.
function ambiguousKey(members: readonly Member[]): string | undefined {
  const seen = new Set<string>()
  for (const { key } of members) {
    const lower = key.toLowerCase()
    const name = KNOWN.includes(lower) ? lower : key
    if (seen.has(name)) return key
    seen.add(name)
  }
  return undefined
}

function formatFault(bytes: Buffer, version: Member | undefined): string | undefined {
  const text = version && bytes.toString('latin1', version.start, version.end)
  if (text === '4') return undefined
  if (version?.type !== 'number') return 'is no Terraform state: it has no version'
  return `has the state format version ${text}; Portolan records version 4 (Terraform 0.12 and later)`
}

function stringAt(bytes: Buffer, member: Member | undefined): string | undefined {
  if (member?.type !== 'string') return undefined
  return String(JSON.parse(bytes.toString('utf8', member.start, member.end)))
}

function versionText(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.+-]{1,64}$/.test(text) ? text : undefined
}

function serialOf(
  bytes: Buffer,
  member: Member | undefined,
): { value: number; start: number; end: number } | string {
  if (member === undefined) return 'has no serial'
  const text = bytes.toString('utf8', member.start, Math.min(member.end, member.start + 40))
  if (member.type !== 'number' || !/^(0|[1-9][0-9]*)$/.test(text)) {
    return 'has a serial that is not a whole number'
  }
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    return 'has a serial of 2^53 or more, which Portolan cannot keep'
  return { value, start: member.start, end: member.end }
}

function isListOrAbsent(member: Member | undefined): boolean {
  return member === undefined || member.type === 'array' || member.type === 'literal'
}

/** A network: its address as a number, and how many of its bits are fixed. */
interface Network {
  readonly address: bigint
  readonly prefix: number
  readonly bits: 32 | 128
}

/**
 * The subnet of a network as Terraform's `cidrsubnet` calculates it, or why there is none.
 * `cidrSubnet('10.0.0.0/16', 8, 2)` is `10.0.2.0/24`.
 */
export function cidrSubnet(
  text: string,
  newBits: number,
  number: number,
): { readonly subnet: string } | { readonly fault: string; readonly argument: number } {
  const network = readNetwork(text)
  if (network === undefined) return { fault: 'this is no network like 10.0.0.0/16', argument: 0 }
  const { bits } = network
  const prefix = network.prefix + newBits
  if (newBits < 0) return { fault: 'there are no fewer than 0 new bits', argument: 1 }
  if (prefix > bits) {
    const left = bits - network.prefix
    return { fault: `a /${network.prefix} has only ${left} bits left, not ${newBits}`, argument: 1 }
  }
  if (number < 0 || BigInt(number) >= 1n << BigInt(newBits)) {
    return { fault: `${newBits} bits do not number a subnet ${number}`, argument: 2 }
  }
  const fixed = (network.address >> BigInt(bits - network.prefix)) << BigInt(bits - network.prefix)
  const address = fixed | (BigInt(number) << BigInt(bits - prefix))
  return { subnet: `${bits === 32 ? showV4(address) : showV6(address)}/${prefix}` }
}

function readNetwork(text: string): Network | undefined {
  const [, written = '', length = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? []
  const bits = written.includes(':') ? 128 : 32
  const address = bits === 128 ? readV6(written) : readV4(written)
  const prefix = Number(length)
  return address === undefined || prefix > bits ? undefined : { address, prefix, bits }
}

function readV4(text: string): bigint | undefined {
  const parts = text.split('.')
  // Leading zeros are octal to some and decimal to others.
  const valid =
    parts.length === 4 && parts.every((one) => /^(0|[1-9]\d{0,2})$/.test(one) && Number(one) < 256)
  return valid
    ? joined(
        parts.map((one) => BigInt(one)),
        8n,
      )
    : undefined
}

function readV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [front, back] = halves.map(groupsOf)
  if (front === undefined || (halves.length === 2 && back === undefined)) return undefined
  const missing = 8 - front.length - (back?.length ?? 0)
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const zeros = Array.from({ length: missing }, () => 0n)
  return joined([...front, ...zeros, ...(back ?? [])], 16n)
}

function groupsOf(half: string): bigint[] | undefined {
  if (half === '') return []
  const groups = half.split(':')
  const last = groups.at(-1) ?? ''
  const tail = last.includes('.') ? readV4(last) : undefined
  if (last.includes('.') && tail === undefined) return undefined
  const plain = tail === undefined ? groups : groups.slice(0, -1)
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  const read = plain.map((group) => BigInt(`0x${group}`))
  return tail === undefined ? read : [...read, tail >> 16n, tail & 0xffffn]
}

function joined(groups: readonly bigint[], width: bigint): bigint {
  return groups.reduce((sum, group) => (sum << width) | group, 0n)
}

function showV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.')
}

/** The longest run of two zeros or more is left out, the first of several. */
function showV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => (address >> BigInt(112 - 16 * at)) & 0xffffn)
  const text = groups.map((group) => group.toString(16))
  let from = 0
  let length = 0
  for (let start = 0; start < 8; start += 1) {
    let run = 0
    while (start + run < 8 && groups[start + run] === 0n) run += 1
    if (run > length) [from, length] = [start, run]
  }
  if (length < 2) return text.join(':')
  return `${text.slice(0, from).join(':')}::${text.slice(from + length).join(':')}`
}

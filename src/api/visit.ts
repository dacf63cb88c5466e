import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { SignedIn } from '../access/index.ts'
import { invalid } from '../platform/errors.ts'

/** By which way a request came. */
export interface Visit {
  /** Of whoever sent it, as far as is known. */
  readonly address: string
  /** What the browser has before every path: `https://portolan.example.com`. */
  readonly origin: string
  /** Nobody between the browser and the server can read it. */
  readonly secure: boolean
  /** The session that it belongs to, if it does. */
  readonly session: SignedIn | undefined
  /** Whether the same may still be done with what the request showed: for answers that take long. */
  goesOn(): Promise<boolean>
}

export interface VisitSettings {
  /** Under which address people open it; otherwise the one that a request names. */
  readonly publicUrl?: string | undefined
  /** Addresses and networks (`10.0.0.0/8`) of proxies: what they say of a request is believed. */
  readonly trustedProxies?: readonly string[] | undefined
}

type Request = Pick<IncomingMessage, 'headers' | 'socket'>

/** How requests are looked at. @throws AppError `invalid` for a setting that cannot be read */
export function createVisits(
  settings: VisitSettings,
): (request: Request) => Omit<Visit, 'session' | 'goesOn'> {
  const trusted = networksOf(settings.trustedProxies ?? [])
  const given = settings.publicUrl === undefined ? undefined : originOf(settings.publicUrl)
  return (request) => {
    const peer = plain(request.socket.remoteAddress ?? '')
    const believed = isIn(trusted, peer)
    const said = (name: string) => (believed ? listIn(request, name) : [])
    const secure =
      request.socket instanceof TLSSocket ||
      said('x-forwarded-proto')[0] === 'https' ||
      given?.startsWith('https:') === true
    const host = said('x-forwarded-host')[0] ?? request.headers.host ?? 'localhost'
    // Every proxy adds on the right whom it heard it from; what is left of them all, anybody can write.
    const senders = said('x-forwarded-for').map(plain)
    return {
      address: senders.findLast((sender) => !isIn(trusted, sender)) ?? senders[0] ?? peer,
      origin: given ?? `${secure ? 'https' : 'http'}://${host}`,
      secure,
    }
  }
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return parsed.origin
  throw invalid(`the public address ${JSON.stringify(url)} is no http or https address`, {
    next: 'Write it like https://portolan.example.com',
  })
}

function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', bits, ...rest] = text.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const longest = family === 'ipv4' ? 32 : 128
    const prefix = bits === undefined ? longest : Number(bits)
    const fine = rest.length === 0 && (isIPv4(address) || isIPv6(address))
    if (!fine || !/^\d+$/.test(bits ?? '0') || prefix > longest) {
      throw invalid(`the proxy ${JSON.stringify(text)} is no address and no network`, {
        next: 'Write it like 10.1.2.3 or 10.0.0.0/8',
      })
    }
    list.addSubnet(address, prefix, family)
  }
  return list
}

function isIn(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4')
  return isIPv6(address) && list.check(address, 'ipv6')
}

function listIn({ headers }: Request, name: string): string[] {
  const text = [headers[name] ?? ''].flat().join(',')
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** An address of IPv4 that arrived on a socket of IPv6 is the same one. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

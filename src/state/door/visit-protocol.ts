import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { type Permission, type Principal, permits } from '../../access/index.ts'
import { forbidden, invalid } from '../../platform/errors.ts'
import { readBody } from '../../platform/http/body.ts'
import type { StateService } from '../service.ts'
import type { LockInfo } from '../state-version.ts'
import type { Address } from './address.ts'

export interface StateProtocolDeps {
  readonly state: StateService
  readonly tokens: { authenticate(token: string): Promise<Principal | undefined> }
  readonly workspaces: {
    find(address: Address): Promise<{ readonly id: string } | undefined>
    /** Makes it, and its project, if it is new. */
    ensure(address: Address): Promise<{ readonly id: string }>
  }
  readonly log: Logger
  readonly limits?: Partial<StateLimits> | undefined
}

export interface StateLimits {
  /** Bytes of a state. */
  readonly upload: number
  /** Milliseconds for an upload to arrive; one second more for each MiB that has arrived. */
  readonly arrival: number
  /** Milliseconds until an answer: Terraform itself would wait for ever and ignore signals. */
  readonly answer: number
}

/** One request of somebody who is known, for a workspace that may not exist yet. */
export interface Visit {
  readonly deps: StateProtocolDeps
  readonly limits: StateLimits
  readonly request: IncomingMessage
  readonly principal: Principal
  readonly address: Address
  /** As it was found on the way in. */
  readonly workspace: { readonly id: string } | undefined
  readonly query: URLSearchParams
}

/** @throws AppError `forbidden` */
export function demand({ principal, address }: Visit, permission: Permission): void {
  if (permits(principal, permission, address)) return
  throw forbidden(`the token ${principal.name} does not permit ${permission} here`, {
    next: `Use a token with ${permission}: \`portolan token create NAME --permission ${permission}\`.`,
  })
}

/** The body of a request, whole and as it was meant. @throws AppError of `readBody`, `invalid` */
export async function receive(visit: Visit, size: number): Promise<Buffer> {
  const { headers } = visit.request
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw invalid(`the upload is encoded as ${JSON.stringify(encoding)}`, {
      next: 'Send it as it is.',
    })
  }
  const bytes = await readBody(visit.request, { size, deadline: visit.limits.arrival })
  const announced = headers['content-md5']
  if (announced !== undefined && announced !== md5(bytes)) {
    throw invalid('the upload does not agree with its Content-MD5: it was damaged on its way', {
      next: 'Nothing was stored. Send it again.',
    })
  }
  return bytes
}

/** The workspace of the address, made if it is new. */
export async function ensured({
  deps,
  address,
  workspace,
}: Visit): Promise<{ readonly id: string }> {
  return workspace ?? deps.workspaces.ensure(address)
}

/** Base64, as in Content-MD5 (RFC 1864). */
export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64')
}

/** The token's name, and who Terraform says that it runs for. */
export function actorOf(principal: Principal, info: LockInfo | undefined): string {
  const who = info?.Who ?? ''
  return who === '' || who === principal.name ? principal.name : `${principal.name} (${who})`
}

/** A workspace for a sentence or a log. */
export function shown({ project, component, environment }: Address): string {
  return `${project}/${component}@${environment}`
}

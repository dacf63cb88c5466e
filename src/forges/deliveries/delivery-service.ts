import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { AppError, invalid, notFound, unauthenticated } from '../../platform/errors.ts'
import { newSecret } from '../../platform/ids.ts'
import { webhookReaderOf } from '../adapter-client.ts'
import type { HostKind } from '../connection.ts'
import { ofRepository, type StoredForge } from '../connection-store.ts'
import * as outboxStore from '../outbox/outbox-store.ts'
import { openSecrets, type SealFor, sealSecrets } from '../sealed-connection.ts'
import type { Hint, WebhookReader, WebhookRequest } from '../webhook.ts'
import { type Delivery, keptHeaders, kindOfHeaders, type WholeDelivery } from './delivery.ts'
import * as store from './delivery-store.ts'

/** What hosts send to the webhook's address. */
export interface DeliveryService {
  /**
   * Takes what a host sent: when it returns, the delivery is recorded and so is what it is a hint of,
   * or neither is. One that was taken before does nothing.
   * @throws AppError `invalid` for what is no webhook of this kind, `unauthenticated` alike for an
   * unknown repository and a wrong signature
   */
  receive(kind: HostKind, request: WebhookRequest): Promise<Received>
  /** Newest first. */
  list(query: store.DeliveryQuery): Promise<readonly Delivery[]>
  /** @throws AppError `not_found` */
  get(id: number): Promise<WholeDelivery>
  /** Handles it once more, as if it came now. Audited. @throws AppError `not_found` */
  replay(id: number, actor: string): Promise<WholeDelivery>
}

export type Received =
  | ({ readonly kind: 'new'; readonly id: number } & store.Outcome)
  | { readonly kind: 'known' }

export interface DeliveryDeps {
  readonly sealFor: SealFor
  /** Puts down what an event is a hint of, in the transaction; what it led to, in a sentence. */
  readonly onHint: (tx: Db, place: { readonly projectId: string }, hint: Hint) => Promise<string>
}

const KEPT_DAYS = 30
/** Of so many deliveries, one also forgets old ones, and what was told long ago. */
const PRUNE_EVERY = 50

export function createDeliveryService(db: Db, deps: DeliveryDeps): DeliveryService {
  return {
    receive: (kind, request) => receive(db, deps, { kind, request }),
    list: (query) => store.list(db, query),
    get: async (id) => (await store.find(db, id)) ?? missing(id),
    replay: (id, actor) => inTransaction(db, (tx) => replay(tx, deps, { id, actor })),
  }
}

interface Incoming {
  readonly kind: HostKind
  readonly request: WebhookRequest
}

async function receive(db: Db, deps: DeliveryDeps, { kind, request }: Incoming): Promise<Received> {
  const reader = webhookReaderOf(kind)
  const named = reader.identify(request)
  if (named === undefined) {
    throw invalid(`this is no webhook of ${kind}`, {
      next: 'Look at the address of the webhook: its last part names the kind of host.',
    })
  }
  const repository = reader.repositoryOf(request)
  const known = repository === undefined ? [] : await ofRepository(db, kind, repository)
  const forge = verified(deps, known, (secret) => reader.verify(request, secret))
  if (forge === undefined) throw unverified()
  return inTransaction(db, async (tx): Promise<Received> => {
    const { projectId, host } = forge
    const headers = keptHeaders(request.headers)
    const received = { projectId, host, ...named, headers, payload: request.body }
    const id = await store.insert(tx, received)
    if (id === undefined) return { kind: 'known' }
    const outcome = await handle(tx, deps, { reader, request, projectId })
    await store.noteHandled(tx, id, outcome)
    if (id % PRUNE_EVERY === 0) {
      await store.prune(tx, KEPT_DAYS)
      await outboxStore.prune(tx, KEPT_DAYS)
    }
    return { kind: 'new', id, ...outcome }
  })
}

/**
 * The one whose secret the sender knows. Whether a project has the repository or none has, and however
 * many secrets it has: as much is computed, and nobody learns from the time it takes which repositories
 * are known here.
 */
function verified(
  { sealFor }: DeliveryDeps,
  known: readonly StoredForge[],
  verify: (secret: string) => boolean,
): StoredForge | undefined {
  const decoy = newSecret('ptw')
  const strangers = known.length > 0 ? [] : [undefined]
  let found: StoredForge | undefined
  for (const forge of [...known, ...strangers]) {
    const sealed = forge ?? {
      projectId: decoy,
      sealedSecrets: sealSecrets(sealFor, decoy, []),
    }
    const secrets = openSecrets(sealFor, sealed)
    for (const at of [0, 1]) {
      const secret = secrets[at]
      const isRight = verify(secret ?? decoy)
      if (isRight && secret !== undefined) found = forge
    }
  }
  return found
}

function unverified(): AppError {
  return unauthenticated('the webhook was not sent by a host that is known here', {
    next: 'On the host, enter the secret that `portolan project webhook-secret` shows, for the repository of the project.',
  })
}

interface Handling {
  readonly reader: WebhookReader
  readonly request: WebhookRequest
  readonly projectId: string
}

async function handle(
  tx: Db,
  { onHint }: DeliveryDeps,
  { reader, request, projectId }: Handling,
): Promise<store.Outcome> {
  const hint = readHint(reader, request)
  if (hint instanceof AppError) return { status: 'failed', result: hint.message }
  const result = await onHint(tx, { projectId }, hint)
  return { status: hint.kind === 'ignored' ? 'ignored' : 'handled', result }
}

function readHint(reader: WebhookReader, request: WebhookRequest): Hint | AppError {
  try {
    return reader.read(request)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

async function replay(
  tx: Db,
  deps: DeliveryDeps,
  { id, actor }: { readonly id: number; readonly actor: string },
): Promise<WholeDelivery> {
  const delivery = (await store.lock(tx, id)) ?? missing(id)
  const { projectId, project, headers, payload } = delivery
  const kind = kindOfHeaders(headers)
  if (kind === undefined) return missing(id)
  const reader = webhookReaderOf(kind)
  const request = { headers, body: payload }
  const outcome = await handle(tx, deps, { reader, request, projectId })
  await store.noteHandled(tx, id, outcome)
  await store.countReplay(tx, id)
  await record(tx, { actor, action: 'webhook.replay', subject: project, details: { delivery: id } })
  return (await store.find(tx, id)) ?? missing(id)
}

function missing(id: number): never {
  throw notFound(`there is no delivery ${id}`, {
    next: `What was received is kept for ${KEPT_DAYS} days: portolan webhooks`,
  })
}

import { AppError } from '../../src/platform/errors.ts'
import { parseState, type StateService, type WriteResult } from '../../src/state/index.ts'
import { aLock, aState } from './state.ts'

/** A request as it is on the wire: it may arrive twice, late, or its reply be lost. */
type Message =
  | { readonly kind: 'lock'; readonly id: string; readonly actor: string }
  | { readonly kind: 'unlock'; readonly id: string; readonly actor: string }
  | {
      readonly kind: 'write'
      readonly actor: string
      readonly lockId: string | undefined
      readonly bytes: Buffer
      /** The one resource that this write adds to what its client had read. */
      readonly effect: string
    }

export type Step =
  /** A client does its next thing; `lost`: it was done, but the client never hears of it. */
  | { readonly kind: 'step'; readonly client: number; readonly lost: boolean }
  /** Something that was sent before arrives once more. */
  | { readonly kind: 'duplicate'; readonly message: number }
  | { readonly kind: 'force' }
  | { readonly kind: 'dismiss' }

interface Client {
  readonly actor: string
  readonly locks: boolean
  session: number
  next: 'lock' | 'read' | 'write' | 'unlock'
  tries: number
  message: Message | undefined
}

/** What the test knows to be true, from what was answered. */
export interface Witness {
  /** Effects whose write was acknowledged, by the service if not to the client. */
  readonly acknowledged: Set<string>
  readonly rejected: Buffer[]
  readonly locks: { readonly id: string; readonly fence: number }[]
  readonly ended: Set<string>
  readonly revived: string[]
}

/**
 * Clients that behave as Terraform's `http` backend does (lock, read, write, unlock; a request without
 * a reply is sent again; a refused write is followed by UNLOCK), an operator who takes locks away,
 * and a network that loses replies and repeats requests.
 */
export function createClients(state: StateService, workspace: string) {
  const witness: Witness = {
    acknowledged: new Set(),
    rejected: [],
    locks: [],
    ended: new Set(),
    revived: [],
  }
  const sent: Message[] = []
  const clients = ['alice', 'bob', 'carol'].map(
    (actor): Client => ({
      actor,
      locks: actor !== 'carol',
      session: 0,
      next: actor === 'carol' ? 'read' : 'lock',
      tries: 0,
      message: undefined,
    }),
  )

  async function deliver(message: Message): Promise<'ok' | 'refused'> {
    try {
      if (message.kind === 'lock') await lock(message)
      else if (message.kind === 'unlock') {
        await state.unlock(workspace, message.id, message.actor)
        witness.ended.add(message.id)
      } else return await write(message)
      return 'ok'
    } catch (error) {
      if (error instanceof AppError) return 'refused'
      throw error
    }
  }

  async function lock({ id, actor }: Extract<Message, { kind: 'lock' }>): Promise<void> {
    const before = await state.heldLock(workspace)
    const taken = await state.lock(workspace, aLock(id, { actor }))
    if (witness.ended.has(id)) witness.revived.push(id)
    if (before?.id !== taken.id) witness.locks.push({ id, fence: taken.fence })
  }

  async function write(message: Extract<Message, { kind: 'write' }>): Promise<'ok' | 'refused'> {
    const { lockId, bytes, actor } = message
    const result: WriteResult = await state.write(workspace, {
      bytes,
      actor,
      cause: 'client',
      authority: lockId === undefined ? { kind: 'none' } : { kind: 'lock', lockId },
    })
    if (result.kind === 'rejected') {
      witness.rejected.push(bytes)
      return 'refused'
    }
    witness.acknowledged.add(message.effect)
    return 'ok'
  }

  async function compose(client: Client): Promise<Message | undefined> {
    const { actor } = client
    const id = `${actor}-${client.session}`
    if (client.next === 'lock') return { kind: 'lock', id, actor }
    if (client.next === 'unlock') return { kind: 'unlock', id, actor }
    if (client.next === 'write') return client.message
    const base = await state.currentBytes(workspace)
    const names = base ? parseState(base.bytes).resources.map(({ name }) => name) : []
    const serial = (base?.version.serial ?? 0) + 1
    const bytes = aState({ serial, names: [...names, id] })
    client.message = {
      kind: 'write',
      actor,
      lockId: client.locks ? id : undefined,
      bytes,
      effect: id,
    }
    return undefined
  }

  async function step(client: Client, lost: boolean): Promise<void> {
    const message = await compose(client)
    if (message === undefined) {
      client.next = 'write'
      return
    }
    sent.push(message)
    const answer = await deliver(message)
    client.tries += 1
    const gaveUp = lost && client.tries >= 3
    if (lost && !gaveUp) return
    client.tries = 0
    proceed(client, gaveUp ? 'refused' : answer)
  }

  function proceed(client: Client, answer: 'ok' | 'refused'): void {
    if (client.next === 'lock' && answer === 'ok') client.next = 'read'
    else if (client.next === 'write' && client.locks) client.next = 'unlock'
    else {
      client.session += 1
      client.next = client.locks ? 'lock' : 'read'
    }
  }

  async function take(action: Step): Promise<void> {
    if (action.kind === 'step') {
      const client = clients[action.client % clients.length]
      if (client) await step(client, action.lost)
    } else if (action.kind === 'duplicate') {
      const message = sent[action.message % Math.max(1, sent.length)]
      if (message) await deliver(message)
    } else if (action.kind === 'force') {
      const held = await state.forceUnlock(workspace, { actor: 'operator', reason: 'test' })
      if (held) witness.ended.add(held.id)
    } else {
      const refused = await state.atRisk(workspace)
      if (refused) await state.dismiss(refused.id, { actor: 'operator', reason: 'test' })
    }
  }

  return { take, witness }
}

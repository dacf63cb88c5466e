import type { z } from 'zod'
import type { Delivery, WholeDelivery } from '../../forges/index.ts'
import type { WebhookDelivery, WebhookDeliveryView } from './schema.ts'

const LARGEST_SHOWN = 256 * 1024

/** What a host sent, as the API lists it. */
export function presentDelivery(delivery: Delivery): z.infer<typeof WebhookDelivery> {
  const { id, project, host, event, status, result, receivedAt, handledAt, times } = delivery
  return {
    id,
    project,
    host,
    delivery: delivery.delivery,
    event,
    status,
    ...(result === undefined ? {} : { result }),
    receivedAt: receivedAt.toISOString(),
    ...(handledAt === undefined ? {} : { handledAt: handledAt.toISOString() }),
    times,
  }
}

/** The same with what came. */
export function presentWhole(delivery: WholeDelivery): z.infer<typeof WebhookDeliveryView> {
  return {
    ...presentDelivery(delivery),
    headers: { ...delivery.headers },
    payload: delivery.payload.subarray(0, LARGEST_SHOWN).toString('utf8'),
    payloadCut: delivery.payload.length > LARGEST_SHOWN,
  }
}

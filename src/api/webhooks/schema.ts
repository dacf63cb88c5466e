import { z } from 'zod'
import { Moment } from '../common-schema.ts'
import { PageQuery } from '../route.ts'

export const WebhookDelivery = z
  .object({
    id: z.int(),
    project: z.string(),
    host: z.string(),
    delivery: z.string().meta({ description: "The host's own id of it." }),
    event: z.string(),
    status: z.enum(['received', 'handled', 'ignored', 'failed']),
    result: z.string().optional().meta({ description: 'What it led to.' }),
    receivedAt: Moment,
    handledAt: Moment.optional(),
    times: z.int().meta({ description: 'How often it was handled: replays count.' }),
  })
  .meta({ id: 'WebhookDelivery' })

export const WebhookDeliveryView = WebhookDelivery.extend({
  headers: z
    .record(z.string(), z.string())
    .meta({ description: 'Without signatures and secrets.' }),
  payload: z.string().meta({ description: 'As it came, at most 256 KiB of it.' }),
  payloadCut: z.boolean().meta({ description: 'More came than `payload` shows.' }),
}).meta({ id: 'WebhookDeliveryView' })

export const WebhooksQuery = PageQuery.extend({
  project: z.string().max(100).optional(),
  status: z.enum(['received', 'handled', 'ignored', 'failed']).optional(),
})

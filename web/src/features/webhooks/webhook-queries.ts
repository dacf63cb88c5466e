import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, json } from '../../lib/api.ts'
import { optional } from '../../lib/form.ts'
import { live } from '../../lib/live.ts'
import type { WebhookDelivery, WebhookDeliveryView } from '../../lib/types.ts'

export interface WebhooksFilter {
  readonly project?: string | undefined
  readonly status?: string | undefined
}

export const deliveryStatuses = ['received', 'handled', 'ignored', 'failed'] as const

interface WebhooksPage {
  readonly items: readonly WebhookDelivery[]
  readonly next: string | null
}

export function webhooksQuery({ project, status }: WebhooksFilter) {
  const known = deliveryStatuses.find((one) => one === status)
  const asked = { ...optional('project', project ?? ''), ...(known && { status: known }) }
  return infiniteQueryOptions({
    queryKey: ['webhooks', asked],
    queryFn: async ({ pageParam }): Promise<WebhooksPage> =>
      json(api.webhooks.$get({ query: { ...asked, ...optional('cursor', pageParam) } })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    meta: live,
  })
}

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook', id],
    queryFn: async (): Promise<WebhookDeliveryView> =>
      json(api.webhooks[':id'].$get({ param: { id } })),
  })
}

import type { z } from 'zod'
import type { WebhookDelivery, WebhookDeliveryView } from '../../api/webhooks/schema.ts'
import type { Style } from './style.ts'
import { sanitiseLine } from './text.ts'
import { ago, moment } from './time.ts'

type Listed = z.output<typeof WebhookDelivery>

/** One line of a list of what hosts sent, as columns. */
export function deliveryRow(delivery: Listed, style: Style, now: Date): string[] {
  const { id, event, project, host, status, result, receivedAt, times } = delivery
  return [
    style.bold(String(id)),
    ago(new Date(receivedAt), now),
    sanitiseLine(project),
    sanitiseLine(`${event} from ${host}`),
    painted(status, style),
    sanitiseLine(`${result ?? ''}${times > 1 ? ` (${times} times)` : ''}`),
  ]
}

function painted(status: Listed['status'], style: Style): string {
  if (status === 'failed') return style.bad(status)
  return status === 'ignored' ? style.dim(status) : status
}

/** What a host sent, whole. */
export function deliveryLines(
  delivery: z.output<typeof WebhookDeliveryView>,
  style: Style,
): string[] {
  const { id, event, project, host, status, result, receivedAt, times } = delivery
  return [
    `${style.bold(`Delivery ${id}`)}  ${sanitiseLine(`${event} from ${host} for ${project}`)}`,
    `  ${moment(new Date(receivedAt))}, ${painted(status, style)}${result === undefined ? '' : `: ${sanitiseLine(result)}`}${times > 1 ? ` (${times} times)` : ''}`,
    `  its id there: ${sanitiseLine(delivery.delivery)}`,
    '',
    ...Object.entries(delivery.headers).map(([name, value]) =>
      style.dim(sanitiseLine(`${name}: ${value}`)),
    ),
    '',
    ...readable(delivery.payload).split('\n').map(sanitiseLine),
    ...(delivery.payloadCut ? [style.dim('… more came than is shown.')] : []),
  ]
}

/** JSON is easier to read on many lines. */
function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2)
  } catch {
    return payload
  }
}

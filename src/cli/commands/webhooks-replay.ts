import { WebhookDeliveryView } from '../../api/webhooks/schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { segment } from '../remote/server-connection.ts'
import { sanitiseLine } from '../render/text.ts'

/** Handles once more what a host sent. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const server = await demandServer(call)
  const at = `/webhooks/${segment(args[0] ?? '')}/replay`
  const delivery = await server.send('POST', at, WebhookDeliveryView)
  terminal.emit({ ...delivery })
  const { id, status, result = 'nothing follows from it' } = delivery
  terminal.print(`Delivery ${id} was handled again (${status}): ${sanitiseLine(result)}`)
  return status === 'failed' ? exit.error : exit.done
}

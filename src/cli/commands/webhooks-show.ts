import { WebhookDeliveryView } from '../../api/webhooks/schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { segment } from '../remote/server-connection.ts'
import { deliveryLines } from '../render/delivery-view.ts'

/** Shows what a host sent, as it came. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const server = await demandServer(call)
  const delivery = await server.get(`/webhooks/${segment(args[0] ?? '')}`, WebhookDeliveryView)
  terminal.emit({ ...delivery })
  terminal.print(...deliveryLines(delivery, terminal.style))
  return exit.done
}

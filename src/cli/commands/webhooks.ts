import { page } from '../../api/route.ts'
import { WebhookDelivery } from '../../api/webhooks/schema.ts'
import { type Call, exit } from '../call.ts'
import { demandServer } from '../remote/demand-server.ts'
import { deliveryRow } from '../render/delivery-view.ts'
import { table } from '../render/table.ts'
import { requireCount } from '../typed.ts'

interface Flags {
  readonly project?: string
  readonly status?: string
  readonly limit?: string
}

/** Lists what hosts sent, newest first. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const { project, status } = flags
  const limit = requireCount(flags.limit ?? '20', '--limit')
  const server = await demandServer(call)
  const { items } = await server.get('/webhooks', page(WebhookDelivery), { project, status, limit })
  terminal.emit({ deliveries: items })
  const now = new Date()
  terminal.print(
    ...table(
      items.map((one) => deliveryRow(one, terminal.style, now)),
      terminal.width === undefined ? {} : { width: terminal.width },
    ),
  )
  if (items.length === 0) {
    terminal.note(
      'Nothing was sent here. Does the host have the address and the secret?',
      '→ portolan project test NAME',
    )
  }
  return exit.done
}

import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { tokenFor } from './kept-tokens.ts'
import { connectTo, type ServerConnection } from './server-connection.ts'

/**
 * The server that a call asks, for what only a server has: hosts send it their webhooks, and its people
 * are somebody there.
 * @throws AppError `invalid` when none is named
 */
export async function demandServer({ config }: Pick<Call, 'config'>): Promise<ServerConnection> {
  const { serverUrl: url } = config
  if (url !== undefined) return connectTo({ url, token: await tokenFor(config, url) })
  throw invalid('this needs a server, and no server is named', {
    next: 'export PORTOLAN_URL=https://portolan.example.com   (portolan server starts one)',
  })
}

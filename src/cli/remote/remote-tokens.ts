import { z } from 'zod'
import type { TokenRecord } from '../../access/index.ts'
import { CreatedToken, Token } from '../../api/people/schema.ts'
import type { Services } from '../services/services.ts'
import { Nothing, type ServerConnection, segment } from './server-connection.ts'

/** The tokens of a server: those that who asks may see. */
export function remoteTokens(server: ServerConnection): Services['tokens'] {
  return {
    list: async () => (await server.get('/tokens', z.array(Token))).map(tokenOf),
    create: async ({ name, permissions, expiresAt }) => {
      // As those that are made on the machine of a database: it stands for itself.
      const body = { name, permissions, personal: false, expiresAt: expiresAt?.toISOString() }
      const { token, record } = await server.send('POST', '/tokens', CreatedToken, { body })
      return { token, record: tokenOf(record) }
    },
    revoke: async (name) => {
      await server.send('DELETE', `/tokens/${segment(name)}`, Nothing)
    },
  }
}

function tokenOf(json: z.output<typeof Token>): TokenRecord {
  const { id, name, permissions, person, project, environment, createdBy } = json
  return {
    id,
    name,
    permissions,
    personId: undefined,
    person,
    project,
    environment,
    createdBy,
    createdAt: new Date(json.createdAt),
    expiresAt: momentOf(json.expiresAt),
    lastUsedAt: momentOf(json.lastUsedAt),
    revokedAt: momentOf(json.revokedAt),
  }
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

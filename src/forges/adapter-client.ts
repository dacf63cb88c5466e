import { unavailable } from '../platform/errors.ts'
import type { ForgeConnection, HostKind } from './connection.ts'
import type { Forge } from './forge.ts'
import type { WebhookReader } from './webhook.ts'

/** The host that a connection leads to. What speaks with it is loaded now: most commands need none. */
export async function openHostForge(connection: ForgeConnection): Promise<Forge> {
  switch (connection.kind) {
    case 'github':
      return (await import('./github/forge-client.ts')).createGitHubForge(connection)
    case 'gitlab':
      return (await import('./gitlab/forge-client.ts')).createGitLabForge(connection)
    case 'gitea':
      throw notYet(connection.kind)
  }
}

/** How the webhooks of a kind of host are read. */
export async function webhookReaderOf(kind: HostKind): Promise<WebhookReader> {
  switch (kind) {
    case 'github':
      return (await import('./github/webhooks.ts')).githubWebhooks
    case 'gitlab':
      return (await import('./gitlab/webhooks.ts')).gitlabWebhooks
    case 'gitea':
      throw notYet(kind)
  }
}

function notYet(kind: HostKind) {
  return unavailable(`this version cannot speak with ${kind} yet`)
}

import type { ForgeConnection, HostKind } from './connection.ts'
import type { Forge } from './forge.ts'
import { createGiteaForge } from './gitea/forge-client.ts'
import { giteaWebhooks } from './gitea/webhooks.ts'
import { createGitHubForge } from './github/forge-client.ts'
import { githubWebhooks } from './github/webhooks.ts'
import { createGitLabForge } from './gitlab/forge-client.ts'
import { gitlabWebhooks } from './gitlab/webhooks.ts'
import type { WebhookReader } from './webhook.ts'

/** The host that a connection leads to. */
export function openHostForge(connection: ForgeConnection): Forge {
  switch (connection.kind) {
    case 'github':
      return createGitHubForge(connection)
    case 'gitlab':
      return createGitLabForge(connection)
    case 'gitea':
      return createGiteaForge(connection)
  }
}

/** How the webhooks of a kind of host are read. */
export function webhookReaderOf(kind: HostKind): WebhookReader {
  switch (kind) {
    case 'github':
      return githubWebhooks
    case 'gitlab':
      return gitlabWebhooks
    case 'gitea':
      return giteaWebhooks
  }
}

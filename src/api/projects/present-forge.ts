import type { z } from 'zod'
import type { ForgeCheck, ForgeKind, ForgeRecord } from '../../forges/index.ts'
import { ForgeSettings, type ForgeVerdict, type ProjectForge } from './forge-schema.ts'

/** What to tick on the host's page of a repository's webhook, as it is called there. */
export const webhookEvents: Readonly<Record<ForgeKind, readonly string[]>> = {
  git: [],
  github: ['Pull requests', 'Pull request reviews', 'Issue comments', 'Pushes', 'Merge groups'],
  gitlab: ['Push events', 'Comments', 'Merge request events'],
  gitea: [
    'Push',
    'Pull Request',
    'Pull Request Synchronized',
    'Pull Request Labeled',
    'Pull Request Comment',
    'Pull Request Reviewed',
  ],
}

/** The same events on the page of a GitHub App, which calls them otherwise. */
export const appEvents: readonly string[] = [
  'Pull request',
  'Pull request review',
  'Issue comment',
  'Push',
  'Merge group',
]

/** How a project's host is spoken to, as the API says it. */
export function presentForge(
  forge: ForgeRecord,
  webhookUrl: string | undefined,
): z.infer<typeof ProjectForge> {
  const { kind, apiUrl, host, repository, credentials, secrets, settings } = forge
  const { updatedBy, updatedAt, polledAt, pollError, lastDeliveryAt } = forge
  return {
    kind,
    secrets,
    webhookEvents: [...(credentials === 'app' ? appEvents : webhookEvents[kind])],
    settings: ForgeSettings.parse(settings),
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(host === undefined ? {} : { host }),
    ...(repository === undefined ? {} : { repository }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(updatedBy === undefined ? {} : { updatedBy }),
    ...(updatedAt === undefined ? {} : { updatedAt: updatedAt.toISOString() }),
    ...(polledAt === undefined ? {} : { polledAt: polledAt.toISOString() }),
    ...(pollError === undefined ? {} : { pollError }),
    ...(lastDeliveryAt === undefined ? {} : { lastDeliveryAt: lastDeliveryAt.toISOString() }),
  }
}

/** What of a set-up works, as the API says it. */
export function presentVerdict(checks: readonly ForgeCheck[]): z.infer<typeof ForgeVerdict> {
  return {
    works: checks.every(isFine),
    checks: checks.map(({ next, ...check }) => ({
      ...check,
      ...(next === undefined ? {} : { next }),
    })),
  }
}

/** Of a host that cannot even be reached nothing is known to fail. */
function isFine({ name, verdict }: ForgeCheck): boolean {
  if (verdict === 'unknown') return name !== 'credentials' && name !== 'repository'
  return verdict === 'works'
}

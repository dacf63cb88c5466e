import { z } from 'zod'
import { Moment } from '../common-schema.ts'

const Role = z.enum(['viewer', 'planner', 'approver', 'applier', 'operator', 'admin'])

const HostRoles = z
  .object({
    read: Role.exactOptional(),
    write: Role.exactOptional(),
    admin: Role.exactOptional(),
  })
  .meta({ description: 'Roles of those who are nobody here, by what they may on the host.' })

export const ForgeSettings = z
  .object({
    hostRoles: HostRoles,
    botLogin: z.string().optional(),
    customWorkflows: z.boolean(),
  })
  .meta({ id: 'ForgeSettings' })

/** What is absent stays as it is. */
const SetForgeSettings = z.object({
  hostRoles: HostRoles.optional(),
  botLogin: z.string().trim().max(100).optional().meta({ description: 'Empty: it has none.' }),
  customWorkflows: z.boolean().optional(),
})

/** How a project's host is spoken to. No credential is ever shown. */
export const ProjectForge = z
  .object({
    kind: z.enum(['git', 'github', 'gitlab', 'gitea']),
    apiUrl: z.string().optional(),
    host: z.string().optional(),
    repository: z.string().optional(),
    credentials: z.enum(['token', 'app']).optional(),
    /** How many secrets of webhooks are accepted: two during a rotation. */
    secrets: z.int(),
    settings: ForgeSettings.optional(),
    /** What to enter on the host. */
    webhookUrl: z.string().optional(),
    webhookEvents: z.array(z.string()),
    updatedBy: z.string().optional(),
    updatedAt: Moment.optional(),
    polledAt: Moment.optional(),
    pollError: z.string().optional(),
    lastDeliveryAt: Moment.optional(),
  })
  .meta({ id: 'ProjectForge' })

export const SetProjectForge = z
  .object({
    kind: z.enum(['github', 'gitlab', 'gitea']),
    apiUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .meta({
        description:
          'Absent: as it is; where none is set for this kind, that of the host which the project is fetched from, or else the public one.',
      }),
    repository: z
      .string()
      .max(300)
      .regex(/^[\w.-]+(\/[\w.-]+)+$/, 'is no owner/name')
      .optional()
      .meta({
        description:
          'Absent: as it is; where none is set for this kind, as in the address that the project is fetched from.',
      }),
    /** Absent: those that were given for this API stay. */
    credentials: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('token'), token: z.string().trim().min(1).max(4000) }),
        z.object({
          type: z.literal('app'),
          appId: z.string().regex(/^\d+$|^Iv[\w.]+$/),
          privateKey: z.string().min(1).max(10_000),
          installationId: z.string().regex(/^\d+$/).exactOptional(),
        }),
      ])
      .optional(),
    settings: SetForgeSettings.optional(),
  })
  .meta({ id: 'SetProjectForge' })

export const WebhookSecretWish = z
  .object({
    secret: z
      .string()
      .min(16)
      .max(500)
      .optional()
      .meta({ description: 'One that the host has already; a new one is made when it is absent.' }),
  })
  .meta({ id: 'WebhookSecretWish' })

/** A secret for the webhook, shown this once. */
export const NewWebhookSecret = z
  .object({ secret: z.string(), webhookUrl: z.string(), accepted: z.int() })
  .meta({ id: 'NewWebhookSecret' })

export const ForgeVerdict = z
  .object({
    works: z.boolean(),
    checks: z.array(
      z.object({
        name: z.enum(['credentials', 'repository', 'comments', 'statuses', 'webhook', 'merge']),
        verdict: z.enum(['works', 'fails', 'unknown']),
        sentence: z.string(),
        next: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ForgeVerdict' })

/** Who somebody is on a host. */
export const Identity = z
  .object({
    host: z.string(),
    login: z.string(),
    person: z.string(),
    createdBy: z.string(),
    createdAt: Moment,
  })
  .meta({ id: 'Identity' })

export const NewIdentity = z
  .object({
    host: z.string().min(1).max(250),
    login: z.string().min(1).max(250),
    person: z.string().min(1).max(63),
  })
  .meta({ id: 'NewIdentity' })

import type { Context } from 'hono'
import type { z } from 'zod'
import type { Place } from '../../access/index.ts'
import type { ForgeWish } from '../../forges/index.ts'
import type { ApiEnv } from '../deps.ts'
import { demand } from '../route.ts'
import type { SetProjectForge } from './forge-schema.ts'

/** What somebody says of a host, if they may say all of it. @throws AppError `forbidden` */
export function forgeWish(
  c: Context<ApiEnv>,
  asked: z.output<typeof SetProjectForge>,
  place: Place,
): ForgeWish {
  const { kind, apiUrl, repository, credentials, settings = {} } = asked
  const { hostRoles, customWorkflows, botLogin } = settings
  // These give others rights that who may only set a project up need not have.
  if (hostRoles !== undefined || customWorkflows !== undefined) demand(c, 'admin', place)
  return {
    kind,
    apiUrl,
    repository,
    credentials:
      credentials?.type === 'app' ? { installationId: undefined, ...credentials } : credentials,
    settings: { hostRoles, customWorkflows, botLogin },
  }
}

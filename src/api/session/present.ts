import type { z } from 'zod'
import { effectiveScopes, type Person, type Principal } from '../../access/index.ts'
import type { Session } from './schema.ts'

/** Who is signed in, as the API says it. */
export function presentSession(
  principal: Principal,
  person: Person | undefined,
  csrf: string | undefined,
): z.infer<typeof Session> {
  return {
    name: principal.name,
    ...(person === undefined ? {} : { fullName: person.fullName }),
    via: principal.via,
    ...(csrf === undefined ? {} : { csrf }),
    teams: [...(person?.teams ?? [])],
    scopes: effectiveScopes(principal).map(({ permissions, role, project, environment }) => ({
      permissions: [...permissions],
      ...(role === undefined ? {} : { role }),
      ...(project === undefined ? {} : { project }),
      ...(environment === undefined ? {} : { environment }),
    })),
  }
}

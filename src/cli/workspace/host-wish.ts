import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { SetProjectForge } from '../../api/projects/forge-schema.ts'
import { invalid, messageOf } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { readSecret } from '../secret-input.ts'

export interface HostFlags {
  readonly api?: string
  readonly repository?: string
  readonly tokenStdin?: boolean
  readonly appId?: string
  readonly privateKey?: string
  readonly installation?: string
  readonly role?: readonly string[]
  readonly bot?: string
  readonly customWorkflows?: boolean
}

const hostFlags = [
  'api',
  'repository',
  'tokenStdin',
  'appId',
  'privateKey',
  'installation',
  'role',
  'bot',
  'customWorkflows',
] as const satisfies readonly (keyof HostFlags)[]

/** What nothing would come of is not left out silently. @throws AppError `invalid` */
export function refuseHostFlags(flags: HostFlags, next: string): void {
  if (hostFlags.every((flag) => flags[flag] === undefined)) return
  throw invalid('what is said of a host needs its kind', { next })
}

type Wish = z.input<typeof SetProjectForge>

/**
 * What was typed of a host, with its token or key read.
 * @throws AppError `invalid`
 */
export async function hostWish(call: Call<HostFlags>, kind: string): Promise<Wish> {
  const { api: apiUrl, repository, bot: botLogin, customWorkflows, role } = call.flags
  return {
    kind: kindOf(kind),
    apiUrl,
    repository,
    credentials: await credentialsOf(call),
    settings: {
      botLogin,
      customWorkflows,
      ...(role === undefined ? {} : { hostRoles: rolesOf(role) }),
    },
  }
}

function kindOf(typed: string): Wish['kind'] {
  const kinds = SetProjectForge.shape.kind.options
  const found = kinds.find((kind) => kind === typed)
  if (found !== undefined) return found
  throw invalid(`${JSON.stringify(typed)} is no kind of host`, {
    next: `Name one of: ${kinds.join(', ')}, git.`,
  })
}

/** Undefined: those that the server has stay. */
async function credentialsOf({
  directory,
  flags,
  terminal,
}: Call<HostFlags>): Promise<Wish['credentials']> {
  const { appId, privateKey, installation, tokenStdin } = flags
  if (appId === undefined && privateKey === undefined) {
    if (tokenStdin !== true) return undefined
    return { type: 'token', token: await readSecret(terminal, 'Token of the host: ') }
  }
  if (appId === undefined || privateKey === undefined || tokenStdin === true) {
    throw invalid('a GitHub App is told by its id and its private key, without a token', {
      next: 'Give --app-id ID --private-key FILE, or --token-stdin alone.',
    })
  }
  return {
    type: 'app',
    appId,
    privateKey: await readKey(path.resolve(directory, privateKey)),
    ...(installation === undefined ? {} : { installationId: installation }),
  }
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw invalid(`the private key cannot be read: ${messageOf(error)}`, {
      next: 'Name the file that GitHub made: --private-key FILE',
    })
  }
}

type HostRoles = NonNullable<NonNullable<Wish['settings']>['hostRoles']>

/** `write=applier`; `none` ends it all. */
function rolesOf(typed: readonly string[]): HostRoles {
  const pairs = typed.filter((one) => one !== 'none').map((one) => one.split('='))
  for (const pair of pairs) {
    if (pair.length !== 2 || !/^(read|write|admin)$/.test(pair[0] ?? '')) {
      throw invalid(`--role ${JSON.stringify(pair.join('='))} cannot be read`, {
        next: 'Write what somebody may on the host and what they are here then: --role write=applier',
      })
    }
  }
  // The server knows which roles there are, and says so.
  return Object.fromEntries(pairs) as HostRoles
}

import { z } from 'zod'
import { unavailable } from '../platform/errors.ts'
import type { Seal } from '../secrets/index.ts'
import type { ForgeConnection, ForgeCredentials } from './connection.ts'

/** What is sealed for one purpose does not open for another. */
export type SealFor = (purpose: string) => Seal

type CredentialsPlace = Pick<ForgeConnection, 'projectId' | 'kind' | 'apiUrl'>

/** What is said to a host to be let in opens in its own row only, and for the host that it was given for. */
export function sealCredentials(
  sealFor: SealFor,
  place: CredentialsPlace,
  credentials: ForgeCredentials,
): Buffer {
  return sealFor(credentialsPurpose(place)).seal(Buffer.from(JSON.stringify(credentials)))
}

/** @throws AppError `unavailable` */
export function openCredentials(
  sealFor: SealFor,
  place: CredentialsPlace & { readonly sealedCredentials: Buffer },
): ForgeCredentials {
  const opened = open(sealFor(credentialsPurpose(place)), place.sealedCredentials)
  const { data } = Credentials.safeParse(opened)
  if (data === undefined) throw unreadable(undefined)
  return data.type === 'token' ? data : { installationId: undefined, ...data }
}

export function sealSecrets(
  sealFor: SealFor,
  projectId: string,
  secrets: readonly string[],
): Buffer {
  return sealFor(secretsPurpose(projectId)).seal(Buffer.from(JSON.stringify(secrets)))
}

/** Newest first. @throws AppError `unavailable` */
export function openSecrets(
  sealFor: SealFor,
  { projectId, sealedSecrets }: { readonly projectId: string; readonly sealedSecrets: Buffer },
): readonly string[] {
  const { data } = Secrets.safeParse(open(sealFor(secretsPurpose(projectId)), sealedSecrets))
  if (data === undefined) throw unreadable(undefined)
  return data
}

const Credentials = z.discriminatedUnion('type', [
  z.object({ type: z.literal('token'), token: z.string() }),
  z.object({
    type: z.literal('app'),
    appId: z.string(),
    privateKey: z.string(),
    installationId: z.string().exactOptional(),
  }),
])

const Secrets = z.array(z.string())

function credentialsPurpose({ projectId, kind, apiUrl }: CredentialsPlace): string {
  return `forge ${JSON.stringify(['credentials', projectId, kind, apiUrl])}`
}

function secretsPurpose(projectId: string): string {
  return `forge ${JSON.stringify(['secrets', projectId])}`
}

function open(seal: Seal, sealed: Buffer): unknown {
  try {
    return JSON.parse(seal.open(sealed).toString('utf8'))
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause: unknown) {
  return unavailable(
    'the credentials or secrets of the host cannot be opened: they were altered, moved from another project, or sealed with another instance key',
    {
      cause,
      next: 'Start with the instance key that this database was used with, or set the host up again: portolan project host',
    },
  )
}

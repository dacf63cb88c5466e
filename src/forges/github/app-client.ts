import { z } from 'zod'
import { AppError, forbidden } from '../../platform/errors.ts'
import type { ForgeConnection, ForgeCredentials } from '../connection.ts'
import { type ApiOptions, createGitHubApi, type GitHubApi, type Signing } from './api-client.ts'

/** A GitHub App, and its installation at one repository. */
export interface GitHubApp {
  /** Signed by the App itself: what it is, not what it may do at the repository. */
  readonly api: GitHubApi
  /** For all else: tokens of the installation. */
  readonly signing: Signing
  /** What the installation may do: `{ contents: 'write' }`. */
  permissions(): Promise<Readonly<Record<string, string>>>
}

export type AppCredentials = Extract<ForgeCredentials, { type: 'app' }>

/** A token is used no more when it has less than this left: a fetch takes its time. In milliseconds. */
const SPARE = 5 * 60_000

const Installation = z.object({ id: z.union([z.number(), z.bigint()]).transform(Number) })

const InstallationToken = z.object({
  token: z.string().min(1),
  expires_at: z.coerce.date(),
  permissions: z.record(z.string(), z.string()).default({}),
})

type InstallationToken = z.output<typeof InstallationToken>

export function createGitHubApp(options: ApiOptions, credentials: AppCredentials): GitHubApp {
  const { connection } = options
  const api = createGitHubApi(options, appSigning(credentials))
  let installation = credentials.installationId
  let current: Promise<InstallationToken> | undefined

  async function lookUp(): Promise<number> {
    const found = await api.ask(
      {
        action: `find the App's installation for ${connection.repository}`,
        permission: 'Metadata: read, at this repository',
      },
      Installation,
      (octokit) => octokit.rest.apps.getRepoInstallation(api.at),
    )
    return found.id
  }

  async function make(): Promise<InstallationToken> {
    installation ??= String(await lookUp())
    try {
      return await tokenOf(api, connection, Number(installation))
    } catch (error) {
      // It may have been uninstalled and installed again: the next time it is looked up again.
      if (error instanceof AppError && error.code === 'not_found') {
        installation = credentials.installationId
      }
      throw error
    }
  }

  /** One at a time, for all who ask meanwhile. */
  async function token(): Promise<InstallationToken> {
    const held = current
    if (held !== undefined) {
      const known = await held
      if (known.expires_at.getTime() - Date.now() > SPARE) return known
      if (current === held) current = undefined
    }
    const making = current ?? make()
    current = making
    making.catch(() => {
      if (current === making) current = undefined
    })
    return making
  }

  return {
    api,
    signing: {
      token: async () => (await token()).token,
      forget() {
        current = undefined
        return true
      },
    },
    permissions: async () => (await token()).permissions,
  }
}

/** Of this repository only, whatever else the App is installed for. */
function tokenOf(
  api: GitHubApi,
  { repository }: ForgeConnection,
  installation: number,
): Promise<InstallationToken> {
  return api.ask(
    {
      action: `get a token of the App for ${repository}`,
      permission: 'Metadata: read, at this repository',
    },
    InstallationToken,
    (octokit) =>
      octokit.rest.apps.createInstallationAccessToken({
        installation_id: installation,
        repositories: [api.at.repo],
      }),
  )
}

function appSigning({ appId, privateKey }: AppCredentials): Signing {
  return {
    async token() {
      const { createAppAuth } = await import('@octokit/auth-app')
      try {
        return (await createAppAuth({ appId, privateKey })({ type: 'app' })).token
      } catch {
        // The cause may quote the key.
        throw forbidden('the private key of the GitHub App cannot be used', {
          next: 'Generate a private key in the settings of the App, and give all of the .pem file.',
        })
      }
    },
    forget: () => false,
  }
}

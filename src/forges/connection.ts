import type { ForgeKind, HostPermission } from './forge.ts'

/** How the host of a project's repository is spoken to. */
export interface ForgeConnection {
  readonly projectId: string
  readonly kind: Exclude<ForgeKind, 'git'>
  /** `https://api.github.com`, `https://ghe.example.com/api/v3`, `https://gitlab.com`, `https://codeberg.org`. */
  readonly apiUrl: string
  /** What people call it: `github.com`. */
  readonly host: string
  /** As the host spells it: `acme/infra`, `group/sub/infra`. */
  readonly repository: string
  readonly credentials: ForgeCredentials
  /** Of the webhook; two during a rotation. */
  readonly secrets: readonly string[]
  readonly settings: ForgeSettings
}

export type ForgeCredentials =
  | { readonly type: 'token'; readonly token: string }
  /** A GitHub App. Without an installation it is looked up by the repository. */
  | {
      readonly type: 'app'
      readonly appId: string
      readonly privateKey: string
      readonly installationId: string | undefined
    }

export interface ForgeSettings {
  /**
   * The role in this project of those who are nobody here, by what they may on the host. Empty: people
   * act here only once their login is linked to a person.
   */
  readonly hostRoles: Readonly<Partial<Record<Exclude<HostPermission, 'none'>, string>>>
  /** Called on the host: `@portolan-bot apply` is a command. */
  readonly botLogin: string | undefined
  /** Commands that a custom workflow of an `atlantis.yaml` gives are run. */
  readonly customWorkflows: boolean
}

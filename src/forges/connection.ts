import { invalid } from '../platform/errors.ts'
import type { ForgeKind, HostPermission } from './forge.ts'

/** Hosts that are not Portolan itself. */
export type HostKind = Exclude<ForgeKind, 'git'>

/** How the host of a project's repository is spoken to. */
export interface ForgeConnection {
  readonly projectId: string
  readonly kind: HostKind
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

export const usualSettings: ForgeSettings = {
  hostRoles: {},
  botLogin: undefined,
  customWorkflows: false,
}

/** How a project's host is set up, with nothing of it that is secret. */
export interface ForgeRecord {
  readonly kind: ForgeKind
  /** These four are undefined for plain git. */
  readonly apiUrl: string | undefined
  readonly host: string | undefined
  readonly repository: string | undefined
  readonly credentials: ForgeCredentials['type'] | undefined
  /** How many secrets of webhooks are accepted. */
  readonly secrets: number
  readonly settings: ForgeSettings
  readonly updatedBy: string | undefined
  readonly updatedAt: Date | undefined
  readonly polledAt: Date | undefined
  readonly pollError: string | undefined
  readonly lastDeliveryAt: Date | undefined
}

/** What somebody says of a host; what is undefined stays, or is the usual. */
export interface ForgeWish {
  readonly kind: HostKind
  readonly apiUrl: string | undefined
  readonly repository: string | undefined
  readonly credentials: ForgeCredentials | undefined
  readonly settings: { readonly [Key in keyof ForgeSettings]?: ForgeSettings[Key] | undefined }
}

const publicApis: Readonly<Record<HostKind, { readonly host: string; readonly apiUrl: string }>> = {
  github: { host: 'github.com', apiUrl: 'https://api.github.com' },
  gitlab: { host: 'gitlab.com', apiUrl: 'https://gitlab.com' },
  gitea: { host: 'codeberg.org', apiUrl: 'https://codeberg.org' },
}

/**
 * The API of the host that a repository (`ghe.example.com/acme/infra`) is on; of one that is on no host,
 * as a directory, the public one of the kind.
 */
export function usualApiUrl(kind: HostKind, origin: string): string {
  const host = hostOfOrigin(origin)
  if (host === undefined || host === publicApis[kind].host) return publicApis[kind].apiUrl
  return `https://${host}${kind === 'github' ? '/api/v3' : ''}`
}

/** `acme/infra` of `github.com/acme/infra`. */
export function usualRepository(origin: string): string | undefined {
  const host = hostOfOrigin(origin)
  const name = host === undefined ? '' : origin.slice(host.length + 1)
  return /^[\w.-]+(\/[\w.-]+)+$/.test(name) ? name : undefined
}

function hostOfOrigin(origin: string): string | undefined {
  return /^([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?)\//.exec(origin)?.[1]
}

/** What people call the host with this API: `https://api.github.com` is that of `github.com`. */
export function hostOf(apiUrl: string): string {
  const { host } = new URL(apiUrl)
  const cloud = /^api\.(github\.com|[a-z0-9-]+\.ghe\.com)$/.exec(host)?.[1]
  return cloud ?? host
}

/**
 * The address of an API in one spelling. Servers of one's own are often at private addresses; nothing
 * but a program on this machine is spoken to in the clear.
 * @throws AppError `invalid`
 */
export function checkApiUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong('is no http or https address')
  if (url.username !== '' || url.password !== '') throw wrong('holds a user or a password')
  if (url.search !== '' || url.hash !== '') throw wrong('has something behind a ? or #')
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw wrong('would send credentials unencrypted')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/**
 * What no host of the kind knows, or was pasted with a line or a space too many, is sent nowhere.
 * @throws AppError `invalid`, without any of it
 */
export function checkCredentials(kind: HostKind, credentials: ForgeCredentials): ForgeCredentials {
  if (credentials.type === 'app') {
    if (kind === 'github') return credentials
    throw invalid(`only GitHub has Apps, and this is ${kind}`, { next: 'Give a token.' })
  }
  if (/^[!-~]+$/.test(credentials.token)) return credentials
  throw invalid('the token holds a space, a line break or a letter that no token has', {
    next: 'Give the token alone, on one line.',
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function wrong(what: string) {
  return invalid(`the address of the API ${what}`, {
    next: 'Write it like https://api.github.com, https://ghe.example.com/api/v3 or https://gitlab.example.com',
  })
}

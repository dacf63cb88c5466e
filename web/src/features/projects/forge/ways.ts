import type { ForgeKind, ProjectForge } from '../../../lib/types.ts'

/** How a project can be connected with the host of its repository. */
export interface Way {
  readonly id: 'github-app' | 'github-token' | 'gitlab' | 'gitea'
  readonly kind: Exclude<ForgeKind, 'git'>
  readonly credentials: 'app' | 'token'
  readonly name: string
  /** For whom it is. */
  readonly summary: string
  /** What to do on the host before anything can be entered here. */
  readonly steps: readonly Instruction[]
  /** Where its webhook is set. */
  readonly webhook: string
  /** The public one; others name theirs. */
  readonly usualApi: string
  readonly ownApi: string
}

export interface Instruction {
  readonly text: string
  /** An address to paste. */
  readonly copies?: 'server' | 'webhook'
  /** What to choose. */
  readonly ticks?: readonly string[]
}

const githubPermissions = [
  'Contents: read and write',
  'Pull requests: read and write',
  'Commit statuses: read and write',
  'Metadata: read-only',
]

export const ways: readonly Way[] = [
  {
    id: 'github-app',
    kind: 'github',
    credentials: 'app',
    name: 'GitHub App',
    summary: 'For organisations: it belongs to nobody, and its tokens live for an hour.',
    steps: [
      {
        text: 'In the settings of the organisation: Developer settings → GitHub Apps → New GitHub App. Any name will do. The homepage is this server:',
        copies: 'server',
      },
      {
        text: 'Let the webhook be active. Its secret and its events come in step 3. Its address:',
        copies: 'webhook',
      },
      {
        text: 'Under Repository permissions choose',
        ticks: [...githubPermissions, 'Issues: read-only', 'Checks: read-only'],
      },
      {
        text: 'Under Organization permissions, if rules name teams, choose',
        ticks: ['Members: read-only'],
      },
      { text: 'Create it. Then Install App → the organisation → only this repository.' },
      {
        text: 'On its page General: note the App ID, and generate a private key. A file is saved.',
      },
    ],
    webhook:
      'On the page of the App: General → Webhook for the secret, Permissions & events → Subscribe to events.',
    usualApi: 'https://api.github.com',
    ownApi: 'https://ghe.example.com/api/v3',
  },
  {
    id: 'github-token',
    kind: 'github',
    credentials: 'token',
    name: 'GitHub with a token',
    summary: 'For trying it out, and for repositories of a person.',
    steps: [
      {
        text: 'Sign in as the account that is to comment: best one that is made for it, with write access to the repository.',
      },
      {
        text: 'Settings → Developer settings → Personal access tokens → Fine-grained tokens → Generate new token. Choose the owner of the repository, and only this repository.',
      },
      {
        text: 'Under Repository permissions choose',
        ticks: [...githubPermissions, 'Webhooks: read-only'],
      },
      {
        text: 'Under Organization permissions, if rules name teams, choose',
        ticks: ['Members: read-only'],
      },
      { text: 'Generate it, and copy it.' },
    ],
    webhook:
      'In the repository: Settings → Webhooks → Add webhook. Content type: application/json.',
    usualApi: 'https://api.github.com',
    ownApi: 'https://ghe.example.com/api/v3',
  },
  {
    id: 'gitlab',
    kind: 'gitlab',
    credentials: 'token',
    name: 'GitLab',
    summary: 'gitlab.com or a server of your own.',
    steps: [
      {
        text: 'In the project: Settings → Access tokens → Add new token. Where the plan has none: Preferences → Access tokens of an account that is made for it.',
      },
      { text: 'Choose the role', ticks: ['Maintainer'] },
      { text: 'Choose the scope', ticks: ['api'] },
      { text: 'Create it, and copy it.' },
    ],
    webhook:
      'In the project: Settings → Webhooks → Add new webhook. The secret is its secret token.',
    usualApi: 'https://gitlab.com',
    ownApi: 'https://gitlab.example.com',
  },
  {
    id: 'gitea',
    kind: 'gitea',
    credentials: 'token',
    name: 'Gitea or Forgejo',
    summary: 'Codeberg or a server of your own.',
    steps: [
      {
        text: 'Sign in as the account that is to comment: best one that is made for it, and is an administrator of the repository: only those are told what others may do.',
      },
      {
        text: 'Settings → Applications → Generate new token. Choose the permissions',
        ticks: [
          'repository: read and write',
          'issue: read and write',
          'organization: read',
          'user: read',
        ],
      },
      { text: 'Generate it, and copy it.' },
    ],
    webhook:
      'In the repository: Settings → Webhooks → Add webhook → Gitea (Forgejo). Method POST, content type application/json, custom events.',
    usualApi: 'https://codeberg.org',
    ownApi: 'https://git.example.com',
  },
]

/** The way that a project is connected by; undefined for plain git. */
export function wayOf({ kind, credentials }: Pick<ProjectForge, 'kind' | 'credentials'>) {
  return ways.find((way) => way.kind === kind && way.credentials === credentials)
}

/** The addresses that are to be pasted, as this server is reached from outside. */
export function addressOf(copies: 'server' | 'webhook', kind: Way['kind'], origin: string): string {
  return copies === 'server' ? origin : `${origin}/webhooks/${kind}`
}

const publicHosts: Readonly<Record<string, Way['kind']>> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'codeberg.org': 'gitea',
}

/** What an address says of its host, as far as it is fetched from with what a host is spoken to with. */
export interface AddressedHost {
  /** A public one, which everybody knows. */
  readonly kind: Way['kind'] | undefined
  readonly ways: readonly Way[]
  /** Where its API usually is when it is none of the public ones. */
  readonly apiOf: (way: Way) => string
}

/** Undefined for paths and ssh: those are fetched without any of it. */
export function hostOfAddress(address: string): AddressedHost | undefined {
  const text = address.trim()
  if (!(/^https?:\/\/[^/]/.test(text) && URL.canParse(text))) return undefined
  const { origin, hostname } = new URL(text)
  const kind = publicHosts[hostname]
  return {
    kind,
    ways: kind === undefined ? ways : ways.filter((way) => way.kind === kind),
    apiOf: (way) => (way.kind === 'github' ? `${origin}/api/v3` : origin),
  }
}

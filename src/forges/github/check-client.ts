import { z } from 'zod'
import { AppError, messageOf } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import type { ForgeCheck } from '../forge.ts'
import { shownText } from '../shown-text.ts'
import type { GitHubApi } from './api-client.ts'
import type { GitHubApp } from './app-client.ts'
import {
  Account,
  AppHook,
  AppItself,
  HookDelivery,
  RepositoryHook,
  RepositoryItself,
} from './schema.ts'

export interface CheckedSetUp {
  readonly api: GitHubApi
  readonly app: GitHubApp | undefined
  readonly connection: ForgeConnection
  readonly expected: { readonly webhookUrl: string | undefined }
}

type Name = ForgeCheck['name']

/** Without these Portolan learns of things only when it looks by itself. */
const EVENTS = ['pull_request', 'issue_comment', 'push', 'pull_request_review']

/** What of the set-up works, without changing anything on the host. */
export async function checkGitHub(setUp: CheckedSetUp): Promise<readonly ForgeCheck[]> {
  const credentials = await whole('credentials', () => checkCredentials(setUp))
  if (credentials.verdict === 'fails') return [credentials]
  const repository = await whole('repository', () => checkRepository(setUp))
  const checks = await Promise.all([
    ...permissions.map((each) => whole(each.name, () => checkPermission(setUp, each))),
    whole('webhook', () => checkWebhook(setUp)),
  ])
  return [credentials, repository, ...checks]
}

/** A check that cannot be made fails with the reason. */
async function whole(name: Name, check: () => Promise<ForgeCheck>): Promise<ForgeCheck> {
  try {
    return await check()
  } catch (error) {
    const next = error instanceof AppError ? error.next : undefined
    const isPassing = error instanceof AppError && error.code === 'unavailable'
    return {
      name,
      verdict: isPassing ? 'unknown' : 'fails',
      sentence: messageOf(error),
      next: next ?? (isPassing ? 'Try again later.' : undefined),
    }
  }
}

async function checkCredentials({ api, app, connection }: CheckedSetUp): Promise<ForgeCheck> {
  if (app === undefined) {
    const account = await api.ask(
      { action: 'read whose token it is', permission: 'Metadata: read' },
      Account,
      (octokit) => octokit.rest.users.getAuthenticated(),
    )
    return works('credentials', `The token is ${account.login}'s at ${connection.host}.`)
  }
  const itself = await appItself(app)
  await app.permissions()
  return works(
    'credentials',
    `The GitHub App ${shownText(itself.name, 80)} is installed for ${connection.repository}.`,
  )
}

async function checkRepository({ api, connection }: CheckedSetUp): Promise<ForgeCheck> {
  const { repository } = connection
  const found = await repositoryItself(api)
  if (found.archived) {
    return fails('repository', `${repository} is archived: nothing can be merged or written.`, [
      'Unarchive it in its settings.',
    ])
  }
  if (found.full_name.toLowerCase() !== repository.toLowerCase()) {
    return fails('repository', `${repository} is called ${found.full_name} now.`, [
      'Give its new name.',
    ])
  }
  return works('repository', `${repository} can be read.`)
}

interface WantedPermission {
  readonly name: Name
  /** One of these, to write. */
  readonly keys: readonly string[]
  /** As GitHub's settings call it. */
  readonly title: string
  readonly what: string
}

const permissions: readonly WantedPermission[] = [
  {
    name: 'comments',
    keys: ['pull_requests', 'issues'],
    title: 'Pull requests',
    what: 'write comments',
  },
  { name: 'statuses', keys: ['statuses'], title: 'Commit statuses', what: 'set statuses' },
  { name: 'merge', keys: ['contents'], title: 'Contents', what: 'merge' },
]

async function checkPermission(
  { api, app }: CheckedSetUp,
  { name, keys, title, what }: WantedPermission,
): Promise<ForgeCheck> {
  if (app !== undefined) {
    const given = await app.permissions()
    if (keys.some((key) => given[key] === 'write')) return works(name, `The App may ${what}.`)
    return fails(name, `The App may not ${what}.`, [
      `In the settings of the App, under Permissions & events, set “${title}” to “Read and write”;`,
      'then accept the new permission where it is installed.',
    ])
  }
  const { permissions: own } = await repositoryItself(api)
  if (own?.push === false) {
    return fails(name, `The token's account may not ${what}: it has no write access.`, [
      'In the settings of the repository, under Collaborators and teams, give it the role Write.',
    ])
  }
  const scopes = api.scopes()
  if (scopes?.includes('repo') || (name === 'statuses' && scopes?.includes('repo:status'))) {
    return works(name, `The token may ${what}.`)
  }
  if (scopes !== undefined && !scopes.includes('public_repo') && scopes.some((each) => each)) {
    return fails(name, `The token may not ${what}: it lacks the scope “repo”.`, [
      'Make one with that scope.',
    ])
  }
  return {
    name,
    verdict: 'unknown',
    sentence: `GitHub does not tell of this kind of token whether it may ${what}.`,
    next: `See that it has “${title}: Read and write”.`,
  }
}

async function checkWebhook(setUp: CheckedSetUp): Promise<ForgeCheck> {
  const { webhookUrl } = setUp.expected
  if (webhookUrl === undefined) {
    return unknown('This server has no address that GitHub could call; it looks every few minutes.')
  }
  return setUp.app === undefined
    ? checkRepositoryHook(setUp, webhookUrl)
    : checkAppHook(setUp.api, setUp.app, webhookUrl)
}

async function checkAppHook(
  api: GitHubApi,
  app: GitHubApp,
  webhookUrl: string,
): Promise<ForgeCheck> {
  const question = { action: 'read the webhook of the App', permission: 'Metadata: read' }
  const hook = await app.api.ask(question, AppHook, (octokit) =>
    octokit.rest.apps.getWebhookConfigForApp(),
  )
  const where = 'In the settings of the App, under General,'
  if (hook.url !== webhookUrl) {
    return fails('webhook', 'The webhook of the App leads elsewhere.', [
      `${where} set the Webhook URL to ${webhookUrl}.`,
    ])
  }
  if (!hook.secret) {
    return fails('webhook', 'The webhook of the App has no secret.', [
      `${where} set the Webhook secret.`,
    ])
  }
  const lacking = lackingEvents((await appItself(app)).events)
  if (lacking !== undefined) {
    return fails('webhook', `The App does not hear of ${lacking}.`, [
      'In the settings of the App, under Permissions & events, subscribe to it.',
    ])
  }
  const { id } = await repositoryItself(api)
  const deliveries = await app.api.ask(question, z.array(HookDelivery), (octokit) =>
    octokit.rest.apps.listWebhookDeliveries({ per_page: 100 }),
  )
  // What is of the App itself, or of a repository that is no project, is answered with 401.
  const last = deliveries.find((each) => each.repository_id === id && EVENTS.includes(each.event))
  return last === undefined
    ? works('webhook', 'The webhook leads here; nothing was sent yet.')
    : answered(last.status_code, last.status)
}

async function checkRepositoryHook({ api }: CheckedSetUp, webhookUrl: string): Promise<ForgeCheck> {
  const hooks = await hooksOf(api)
  if (hooks === undefined) {
    return unknown(
      'The token does not permit to read the webhooks of the repository.',
      `Look in its settings, under Webhooks, for ${webhookUrl}; or give the token “Webhooks: read”.`,
    )
  }
  const hook = hooks.find((each) => each.config.url === webhookUrl)
  if (hook === undefined) {
    return fails('webhook', 'No webhook of the repository leads here.', [
      'In the settings of the repository, under Webhooks, add one:',
      `Payload URL ${webhookUrl}, Content type application/json, and the secret.`,
    ])
  }
  const edit = 'In the settings of the repository, under Webhooks, edit it:'
  if (!hook.active) return fails('webhook', 'The webhook is off.', [edit, 'set Active.'])
  if (!hook.config.secret) return fails('webhook', 'It has no secret.', [edit, 'set the Secret.'])
  const lacking = lackingEvents(hook.events)
  if (lacking !== undefined) {
    return fails('webhook', `The webhook does not tell of ${lacking}.`, [edit, `add ${lacking}.`])
  }
  const code = hook.last_response?.code
  return code == null
    ? works('webhook', 'The webhook leads here; nothing was sent yet.')
    : answered(code, hook.last_response?.message ?? '')
}

async function hooksOf(api: GitHubApi): Promise<readonly RepositoryHook[] | undefined> {
  try {
    return await api.pages(
      { action: 'list the webhooks', permission: 'Webhooks: read' },
      RepositoryHook,
      (octokit, page) => octokit.rest.repos.listWebhooks({ ...api.at, ...page }),
    )
  } catch (error) {
    const isHidden =
      error instanceof AppError && (error.code === 'forbidden' || error.code === 'not_found')
    if (isHidden) return undefined
    throw error
  }
}

function answered(code: number, message: string): ForgeCheck {
  if (code >= 200 && code < 300) {
    return works('webhook', 'The webhook leads here, and the last one arrived.')
  }
  const said = shownText(message, 100)
  return fails('webhook', `The last webhook was answered with ${code} (${said}).`, [
    code === 401 || code === 403
      ? 'Is the secret on GitHub the one that was given here?'
      : 'Can GitHub reach this address? Its page of recent deliveries shows each, and sends one again.',
  ])
}

function lackingEvents(events: readonly string[]): string | undefined {
  if (events.includes('*')) return undefined
  const lacking = EVENTS.filter((event) => !events.includes(event))
  return lacking.length === 0 ? undefined : lacking.join(', ')
}

function appItself(app: GitHubApp) {
  return app.api.ask(
    { action: 'read which App it is', permission: 'Metadata: read' },
    AppItself,
    (octokit) => octokit.rest.apps.getAuthenticated(),
  )
}

function repositoryItself(api: GitHubApi) {
  return api.ask(
    { action: `read ${api.at.owner}/${api.at.repo}`, permission: 'Metadata: read' },
    RepositoryItself,
    (octokit) => octokit.rest.repos.get(api.at),
  )
}

function works(name: Name, sentence: string): ForgeCheck {
  return { name, verdict: 'works', sentence, next: undefined }
}

function fails(name: Name, sentence: string, next: readonly string[]): ForgeCheck {
  return { name, verdict: 'fails', sentence, next: next.join(' ') }
}

function unknown(sentence: string, next?: string): ForgeCheck {
  return { name: 'webhook', verdict: 'unknown', sentence, next }
}

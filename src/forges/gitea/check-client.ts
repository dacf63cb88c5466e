import { AppError, messageOf } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import type { ForgeCheck } from '../forge.ts'
import type { GiteaApi } from './api-client.ts'
import { Account, Hook, RepositoryItself } from './schema.ts'

export interface CheckedSetUp {
  readonly api: GiteaApi
  readonly connection: ForgeConnection
  readonly expected: { readonly webhookUrl: string | undefined }
}

type Name = ForgeCheck['name']

/** Without these Portolan learns of things only when it looks by itself. */
const EVENTS = ['push', 'pull_request', 'pull_request_comment', 'pull_request_sync']

/** What of the set-up works, without changing anything on the host. */
export async function checkGitea(setUp: CheckedSetUp): Promise<readonly ForgeCheck[]> {
  const credentials = await whole('credentials', async () => {
    const { login } = await setUp.api.ask(
      { action: 'read whose token it is', path: '/user' },
      Account,
    )
    return [works('credentials', `The token is ${login}'s at ${setUp.connection.host}.`)]
  })
  if (credentials.some(({ verdict }) => verdict === 'fails')) return credentials
  const repository = await whole('repository', () => checkRepository(setUp))
  return [...credentials, ...repository, ...(await whole('webhook', () => checkWebhook(setUp)))]
}

/** A check that cannot be made fails with the reason. */
async function whole(
  name: Name,
  check: () => Promise<readonly ForgeCheck[]>,
): Promise<readonly ForgeCheck[]> {
  try {
    return await check()
  } catch (error) {
    const isPassing = error instanceof AppError && error.code === 'unavailable'
    const next = error instanceof AppError ? error.next : undefined
    return [
      {
        name,
        verdict: isPassing ? 'unknown' : 'fails',
        sentence: messageOf(error),
        next: next ?? (isPassing ? 'Try again later.' : undefined),
      },
    ]
  }
}

async function checkRepository({ api, connection }: CheckedSetUp): Promise<readonly ForgeCheck[]> {
  const { repository } = connection
  const found = await api.ask({ action: `read ${repository}`, path: api.at }, RepositoryItself)
  const { permissions } = found
  if (found.archived) {
    return [
      fails('repository', `${repository} is archived: nothing can be merged or written.`, [
        'Unarchive it in its settings.',
      ]),
    ]
  }
  if (found.full_name.toLowerCase() !== repository.toLowerCase()) {
    return [
      fails('repository', `${repository} is called ${found.full_name} now.`, [
        'Give its new name.',
      ]),
    ]
  }
  const isAdmin = permissions?.admin === true
  const may = isAdmin || permissions?.push === true
  const administer =
    "In the settings of the repository, under Collaborators, make the token's account an administrator."
  return [
    isAdmin
      ? works('repository', `${repository} can be read, and who may do what there.`)
      : fails('repository', 'The host does not tell the account what people may do there.', [
          administer,
        ]),
    ...(
      [
        ['comments', 'write comments'],
        ['statuses', 'set statuses'],
        ['merge', 'merge'],
      ] as const
    ).map(([name, what]) =>
      may
        ? works(name, `The token's account may ${what}, if the token has the scopes for it.`)
        : fails(name, `The token's account may not ${what}.`, [administer]),
    ),
  ]
}

async function checkWebhook({ api, expected }: CheckedSetUp): Promise<readonly ForgeCheck[]> {
  const { webhookUrl } = expected
  if (webhookUrl === undefined) {
    const sentence =
      'This server has no address that the host could call; it looks every few minutes.'
    return [{ name: 'webhook', verdict: 'unknown', sentence, next: undefined }]
  }
  const hooks = await api.pages({ action: 'list the webhooks', path: `${api.at}/hooks` }, Hook)
  const hook = hooks.find(({ config }) => config['url'] === webhookUrl)
  if (hook === undefined) {
    return [
      fails('webhook', 'No webhook of the repository leads here.', [
        'In the settings of the repository, under Webhooks, add one of the type Gitea or Forgejo:',
        `Target URL ${webhookUrl}, content type application/json, and the secret.`,
      ]),
    ]
  }
  const edit = 'In the settings of the repository, under Webhooks, edit it:'
  if (!hook.active) return [fails('webhook', 'The webhook is off.', [edit, 'set Active.'])]
  if (hook.config['content_type'] === 'form') {
    return [fails('webhook', 'It sends forms.', [edit, 'content type application/json.'])]
  }
  const lacking = EVENTS.filter((event) => !hook.events.includes(event))
  if (lacking.length > 0) {
    const named = lacking.join(', ')
    return [fails('webhook', `The webhook does not tell of ${named}.`, [edit, `add ${named}.`])]
  }
  return [works('webhook', 'The webhook leads here. The host does not say how it is answered.')]
}

function works(name: Name, sentence: string): ForgeCheck {
  return { name, verdict: 'works', sentence, next: undefined }
}

function fails(name: Name, sentence: string, next: readonly string[]): ForgeCheck {
  return { name, verdict: 'fails', sentence, next: next.join(' ') }
}

import { AppError } from '../../platform/errors.ts'
import type { ForgeCheck } from '../forge.ts'
import type { GitLabApi } from './api-client.ts'
import type { Doing } from './refusal.ts'
import {
  BranchAnswer,
  HookAnswer,
  HookEventAnswer,
  type ProjectAnswer,
  ProjectAnswer as ProjectSchema,
  TokenAnswer,
} from './schema.ts'

const REPORTER = 20
const DEVELOPER = 30
const MAINTAINER = 40

const tokenPage = 'Settings → Access tokens'
const hookPage = 'Settings → Webhooks'

type Verdict = Pick<ForgeCheck, 'verdict' | 'sentence' | 'next'>

/** What of the set-up works. */
export async function checkGitLab(
  api: GitLabApi,
  ownLogin: () => Promise<string>,
  webhookUrl: string | undefined,
): Promise<readonly ForgeCheck[]> {
  const credentials = await attempt(() => checkCredentials(api, ownLogin))
  const read = await attempt(() => readProject(api))
  if ('verdict' in read) return unreadable(credentials, read)
  const { project } = read
  const role = roleIn(project)
  const [webhook, merge] = await Promise.all([
    attempt(() => checkWebhook(api, webhookUrl)),
    attempt(() => checkMerge(api, project)),
  ])
  return [
    { name: 'credentials', ...credentials },
    { name: 'repository', ...repositoryVerdict(api, project) },
    { name: 'comments', ...roleVerdict(role, REPORTER, 'Reporter', 'comment on merge requests') },
    { name: 'statuses', ...roleVerdict(role, DEVELOPER, 'Developer', 'set commit statuses') },
    { name: 'webhook', ...webhook },
    { name: 'merge', ...merge },
  ]
}

function unreadable(credentials: Verdict, repository: Verdict): readonly ForgeCheck[] {
  const unknown: Verdict = {
    verdict: 'unknown',
    sentence: 'It is not known before the repository can be read.',
    next: undefined,
  }
  return [
    { name: 'credentials', ...credentials },
    { name: 'repository', ...repository },
    { name: 'comments', ...unknown },
    { name: 'statuses', ...unknown },
    { name: 'webhook', ...unknown },
    { name: 'merge', ...unknown },
  ]
}

/** A failure to find out is a verdict too. */
async function attempt<T>(look: () => Promise<T>): Promise<T | Verdict> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const verdict = error.code === 'unavailable' ? 'unknown' : 'fails'
    return { verdict, sentence: sentence(error.message), next: error.next }
  }
}

/** A name of a host keeps its letters. */
function sentence(text: string): string {
  const [first = ''] = text.split(' ')
  const begun = first.includes('.') ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return begun.endsWith('.') ? begun : `${begun}.`
}

async function checkCredentials(api: GitLabApi, ownLogin: () => Promise<string>): Promise<Verdict> {
  const login = await ownLogin()
  const doing: Doing = { to: 'read the token', what: 'token', role: 'Reporter' }
  const token = await api
    .one(doing, TokenAnswer, ({ tokens }) => tokens.show())
    .catch((error: unknown) => {
      // Older versions cannot say it, and tokens of applications are none of these.
      if (error instanceof AppError && error.code !== 'unavailable') return undefined
      throw error
    })
  if (token !== undefined && !token.scopes.includes('api')) {
    return {
      verdict: 'fails',
      sentence: `The token of ${login} has the scopes ${token.scopes.join(', ')}; it needs api.`,
      next: `${tokenPage}: make a token with the scope api, and set it here.`,
    }
  }
  const until = token?.expires_at ? ` It expires on ${token.expires_at}.` : ''
  return {
    verdict: 'works',
    sentence: `${api.host} knows the token as ${login}.${until}`,
    next: undefined,
  }
}

async function readProject(api: GitLabApi): Promise<{ readonly project: ProjectAnswer }> {
  const doing: Doing = {
    to: 'read the repository',
    what: `repository ${api.project}`,
    role: 'Reporter',
  }
  return {
    project: await api.one(doing, ProjectSchema, ({ projects }) => projects.show(api.project)),
  }
}

function roleIn({ permissions }: ProjectAnswer): number {
  return Math.max(
    permissions?.project_access?.access_level ?? 0,
    permissions?.group_access?.access_level ?? 0,
  )
}

function repositoryVerdict(api: GitLabApi, project: ProjectAnswer): Verdict {
  const name = project.path_with_namespace
  if (project.archived === true) {
    return {
      verdict: 'fails',
      sentence: `${name} is archived: nothing can be merged or commented.`,
      next: 'Settings → General → Advanced → Unarchive project.',
    }
  }
  if (name.toLowerCase() !== api.project.toLowerCase()) {
    return {
      verdict: 'fails',
      sentence: `${api.project} is called ${name} now; webhooks name it so.`,
      next: `Set the repository to ${name}.`,
    }
  }
  return { verdict: 'works', sentence: `${name} can be read.`, next: undefined }
}

function roleVerdict(role: number, least: number, name: string, to: string): Verdict {
  if (role >= least) return { verdict: 'works', sentence: `The token may ${to}.`, next: undefined }
  return {
    verdict: 'fails',
    sentence: `The token may not ${to}: that takes the role ${name} in the project.`,
    next: `${tokenPage}: make a token with the role ${name} or higher and the scope api.`,
  }
}

async function checkMerge(api: GitLabApi, project: ProjectAnswer): Promise<Verdict> {
  const branch = project.default_branch
  if (!branch) {
    return { verdict: 'unknown', sentence: 'The repository has no branch yet.', next: undefined }
  }
  const doing: Doing = { to: 'read a branch', what: `branch ${branch}`, role: 'Reporter' }
  const found = await api.one(doing, BranchAnswer, ({ branches }) =>
    branches.show(api.project, branch),
  )
  const role = roleIn(project)
  const may =
    found.can_push === true ||
    role >= MAINTAINER ||
    (role >= DEVELOPER && found.developers_can_merge === true)
  if (may) {
    return { verdict: 'works', sentence: `The token may merge into ${branch}.`, next: undefined }
  }
  return {
    verdict: 'fails',
    sentence: `The token may not merge into ${branch}, which is protected.`,
    next: `Settings → Repository → Protected branches: allow its role to merge into ${branch}; or make a token with the role Maintainer.`,
  }
}

async function checkWebhook(api: GitLabApi, expected: string | undefined): Promise<Verdict> {
  if (expected === undefined) {
    return {
      verdict: 'unknown',
      sentence:
        'This server has no address that GitLab could send to; it asks GitLab every few minutes instead.',
      next: 'Set the public address of this server.',
    }
  }
  const doing: Doing = { to: 'list webhooks', what: 'webhook', role: 'Maintainer' }
  let hooks: readonly HookAnswer[]
  try {
    hooks = await api.all(doing, HookAnswer, ({ hooks: all }, page) => all.all(api.project, page))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'forbidden') throw error
    return {
      verdict: 'unknown',
      sentence: 'Only a Maintainer may list webhooks, and the token is none.',
      next: `${hookPage}: look whether ${expected} is there and its last request was answered.`,
    }
  }
  const hook = hooks.find((one) => sameAddress(one.url, expected))
  if (hook === undefined) {
    return {
      verdict: 'fails',
      sentence: `The project has no webhook to ${expected} (one of a group is not listed here).`,
      next: `${hookPage} → Add new webhook: this address, its secret token, and the triggers Push events, Comments and Merge request events.`,
    }
  }
  return await hookVerdict(api, hook)
}

function sameAddress(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '')
}

async function hookVerdict(api: GitLabApi, hook: HookAnswer): Promise<Verdict> {
  const lacking = [
    ...(hook.push_events ? [] : ['Push events']),
    ...(hook.note_events ? [] : ['Comments']),
    ...(hook.merge_requests_events ? [] : ['Merge request events']),
  ]
  if (lacking.length > 0) {
    return {
      verdict: 'fails',
      sentence: `The webhook does not send ${lacking.join(', ')}.`,
      next: `${hookPage} → Edit: set the triggers ${lacking.join(', ')}.`,
    }
  }
  if (hook.alert_status !== undefined && hook.alert_status !== 'executable') {
    return {
      verdict: 'fails',
      sentence: 'GitLab has disabled the webhook, because its requests failed.',
      next: `${hookPage} → Edit → Test: a test that is answered enables it again.`,
    }
  }
  const last = await lastAnswer(api, hook.id)
  if (last !== undefined && !/^2\d\d$/.test(last)) {
    return {
      verdict: 'fails',
      sentence: `The webhook’s last request was answered with ${last}.`,
      next:
        last === '401'
          ? `${hookPage} → Edit: set the secret token to the one that was shown here.`
          : `${hookPage} → Edit → Recent events: see what was answered.`,
    }
  }
  const told =
    last === undefined
      ? 'Nothing was sent yet, or it is not known.'
      : `The last was answered with ${last}.`
  return { verdict: 'works', sentence: `The webhook is there. ${told}`, next: undefined }
}

/** The answer to the hook's last request; undefined where the version cannot say (before 17.3). */
async function lastAnswer(api: GitLabApi, hook: number): Promise<string | undefined> {
  const doing: Doing = { to: 'list what a webhook sent', what: 'webhook', role: 'Maintainer' }
  const project = encodeURIComponent(api.project)
  try {
    const answer = await api.one(doing, HookEventAnswer.array(), async () => {
      const url = `${api.base}/api/v4/projects/${project}/hooks/${hook}/events`
      return (await api.ask({ method: 'GET', url })).body
    })
    return answer[0]?.response_status.slice(0, 20)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

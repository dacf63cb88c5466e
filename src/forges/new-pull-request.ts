import type { ForgeRecord } from './connection.ts'

/** Where on its host people open a pull request of a branch; undefined for plain git. */
export function newPullRequestUrl(forge: Place, branch: string): string | undefined {
  const at = repositoryUrl(forge)
  if (at === undefined) return undefined
  const name = branch.split('/').map(encodeURIComponent).join('/')
  switch (forge.kind) {
    case 'github':
      return `${at}/pull/new/${name}`
    case 'gitlab':
      return `${at}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${encodeURIComponent(branch)}`
    case 'gitea':
      return `${at}/compare/${name}`
    case 'git':
      return undefined
  }
}

type Place = Pick<ForgeRecord, 'kind' | 'apiUrl' | 'host' | 'repository'>

/** GitHub's API is at an address of its own; that of others is below their pages, which may be below a path. */
function repositoryUrl({ kind, apiUrl, host, repository }: Place): string | undefined {
  if (apiUrl === undefined || host === undefined || repository === undefined) return undefined
  const pages =
    kind === 'github'
      ? `${new URL(apiUrl).protocol}//${host}`
      : apiUrl.replace(/\/+$/, '').replace(/\/api\/v\d$/, '')
  return `${pages}/${repository}`
}

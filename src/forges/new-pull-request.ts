import type { ForgeKind } from './forge.ts'

/** Where on its host people open a pull request of a branch; undefined for plain git. */
export function newPullRequestUrl({ kind, host, repository, branch }: NewPullRequest) {
  if (host === undefined || repository === undefined) return undefined
  const at = `https://${host}/${repository}`
  const name = branch.split('/').map(encodeURIComponent).join('/')
  switch (kind) {
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

interface NewPullRequest {
  readonly kind: ForgeKind
  readonly host: string | undefined
  readonly repository: string | undefined
  readonly branch: string
}

import type {
  EditProposal,
  ForgeKind,
  ProjectForge,
  PullRequestView,
  Reservation,
} from '../../lib/types.ts'

/** What people call a host. */
export const forgeNames: Readonly<Record<ForgeKind, string>> = {
  git: 'plain git',
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
}

/** Its page on the host; undefined on plain git, and for what a browser should not go to. */
export function pageOnHost({
  forge,
  url,
}: Pick<PullRequestView, 'forge' | 'url'>): string | undefined {
  return forge !== 'git' && url !== undefined && /^https?:\/\//.test(url) ? url : undefined
}

/**
 * The page of a repository on its host; undefined on plain git. GitHub's API is at an address of its own;
 * that of others is below their pages, which may be below a path.
 */
export function repositoryPage({
  kind,
  apiUrl,
  host,
  repository,
}: Pick<ProjectForge, 'kind' | 'apiUrl' | 'host' | 'repository'>): string | undefined {
  if (apiUrl === undefined || host === undefined || repository === undefined) return undefined
  const pages =
    kind === 'github'
      ? `${apiUrl.startsWith('http:') ? 'http' : 'https'}://${host}`
      : apiUrl.replace(/\/+$/, '').replace(/\/api\/v\d$/, '')
  return `${pages}/${repository}`
}

export interface CommandHint {
  readonly command: string
  /** What it does, as the end of a sentence. */
  readonly does: string
}

/** What may be written into a comment; `portolan help` says all of it. */
export const commandHints: readonly CommandHint[] = [
  { command: 'portolan plan', does: 'plans again' },
  { command: 'portolan approve', does: 'agrees to the plans as they are now' },
  { command: 'portolan apply', does: 'applies what is planned, as far as gates allow' },
  { command: 'portolan apply -e dev', does: 'applies in one environment' },
  { command: 'portolan resume', does: 'goes on where it failed' },
  { command: 'portolan cancel', does: 'stops what is at work' },
  { command: 'portolan unlock', does: 'lets go of what it reserved' },
  { command: 'portolan help', does: 'says what else there is' },
]

/** Whether a comment tells Portolan something: what goes on in other lines is talk. */
export function isCommand(body: string): boolean {
  const lines = body.split('\n').filter((line) => line.trim() !== '')
  return lines.length > 0 && lines.every((line) => /^[\s`]*@?portolan(?![^\s`])/i.test(line))
}

/** Portolan's own comment without that by which it finds it again. */
export function withoutMarker(body: string): string {
  return body.replace(/^<!--[^>]*-->\s*/, '')
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export const mergeMethods: readonly { readonly method: MergeMethod; readonly words: string }[] = [
  { method: 'merge', words: 'With a merge commit' },
  { method: 'squash', words: 'As one commit' },
  { method: 'rebase', words: 'Commit by commit, without a merge commit' },
]

/** Where the pull request stands among those that want a workspace. */
export type Place =
  | { readonly kind: 'holds' }
  | { readonly kind: 'waits'; readonly words: string; readonly before: readonly number[] }

/** Who comes before it: those that wait, without the holder, in their order. */
export function placeOf({ place, waiting }: Reservation, number: number): Place {
  if (place === 0) return { kind: 'holds' }
  const at = waiting.indexOf(number)
  const before = at === -1 ? [] : waiting.slice(0, at)
  return {
    kind: 'waits',
    words: place === 1 ? 'next in line' : `${ordinal(place)} in line`,
    before,
  }
}

/** Those that wait for what this pull request holds. */
export function behind({ place, waiting }: Reservation, number: number): readonly number[] {
  return place === 0 ? waiting.filter((one) => one !== number) : []
}

/** `1st`, `2nd`, `3rd`, `11th` */
export function ordinal(count: number): string {
  const teens = count % 100 >= 11 && count % 100 <= 13
  const ending = teens ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th')
  return `${count}${ending}`
}

/** Changes that were made of earlier heads or bases, the newest first. */
export function earlierChanges({
  change,
  changes,
}: Pick<PullRequestView, 'change' | 'changes'>): PullRequestView['changes'] {
  return changes.filter(({ id }) => id !== change?.id)
}

/** Nothing is planned of it before somebody lets it be. */
export function waitsForPermission({
  status,
  isDraft,
  isFork,
  permittedBy,
  change,
}: Pick<PullRequestView, 'status' | 'isDraft' | 'isFork' | 'permittedBy' | 'change'>): boolean {
  return (
    status === 'open' && (isDraft || isFork) && permittedBy === undefined && change === undefined
  )
}

/** What a host could not be told of, as people call it; statuses go by their own names. */
export function troubleName(about: string): string {
  if (about === 'comment') return 'The comment'
  return about === 'reaction' ? 'A reaction' : `The status ${about}`
}

/** What people say of a pull request. */
export type ProposalText = Pick<PullRequestView, 'title' | 'body' | 'isDraft'>

/** Only what is other than before is changed: the rest somebody else may have changed in the meantime. */
export function editOf(before: ProposalText, wanted: Required<ProposalText>): EditProposal {
  const { title, body, isDraft } = wanted
  return {
    ...(title === before.title ? {} : { title }),
    ...(body === (before.body ?? '') ? {} : { body }),
    ...(isDraft === before.isDraft ? {} : { draft: isDraft }),
  }
}

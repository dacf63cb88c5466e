import { askGit, entriesOf, failed, firstLine, type GitPlace } from './git.ts'

const NEWEST = 500

/** A commit with its newest ancestors, newest first: what another repository may have already. */
export async function ancestorsOf(place: GitPlace, commit: string): Promise<string[]> {
  const listed = await askGit(place, ['rev-list', `--max-count=${NEWEST}`, commit])
  if (listed.exitCode !== 0) throw failed(`list the history of ${commit}`, listed)
  return linesOf(listed.stdout)
}

/**
 * A bundle of one commit for a repository that has these others. It is put together by hand, as git bundles
 * refs only, and a commit of a working tree must not have one.
 */
export async function packCommit(
  place: GitPlace,
  commit: string,
  known: readonly string[],
): Promise<Buffer> {
  const input = [commit, ...known.map((one) => `^${one}`), ''].join('\n')
  const boundary = await askGit(place, ['rev-list', '--boundary', '--stdin'], { input })
  if (boundary.exitCode !== 0) throw failed(`list what is new in ${commit}`, boundary)
  const needed = linesOf(boundary.stdout).flatMap((line) =>
    line.startsWith('-') ? [line.slice(1)] : [],
  )
  const revisions = [commit, ...needed.map((one) => `^${one}`), ''].join('\n')
  const packing = ['pack-objects', '--revs', '--thin', '--stdout', '--quiet', '--delta-base-offset']
  const packed = await askGit(place, packing, { input: revisions })
  if (packed.exitCode !== 0) throw failed(`pack ${commit}`, packed)
  const head = [
    ...(commit.length === 64 ? ['# v3 git bundle', '@object-format=sha256'] : ['# v2 git bundle']),
    ...needed.map((one) => `-${one}`),
    `${commit} refs/portolan/commit`,
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(head.join('\n')), packed.stdout])
}

/** Files that git ignores and that match one of the patterns, from the root. */
export async function ignoredMatching(
  place: GitPlace,
  patterns: readonly string[],
): Promise<string[]> {
  const listing = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--']
  const listed = await askGit(place, [...listing, ...patterns])
  if (listed.exitCode !== 0) throw failed('list what it ignores', listed)
  return entriesOf(listed)
}

/** The tree of a commit. */
export async function treeOf(place: GitPlace, commit: string): Promise<string | undefined> {
  const asked = await askGit(place, ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`])
  return asked.exitCode === 0 ? firstLine(asked) : undefined
}

function linesOf(stdout: Buffer): string[] {
  return stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}

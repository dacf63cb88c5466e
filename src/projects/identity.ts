import { createHash } from 'node:crypto'
import path from 'node:path'
import { invalid } from '../platform/errors.ts'

/** What is known of a repository before its id is. */
export interface RepositoryTraits {
  /** Real path of the repository's root. */
  readonly root: string
  readonly origin: string | undefined
}

/** A repository that this data home already has data of. */
export interface KnownRepository {
  readonly id: string
  readonly origins: readonly string[]
  readonly paths: readonly string[]
}

/**
 * The known repository that these traits mean: one of the same origin, else one that was at the
 * same path, unless both have an origin and they differ (another repository took the place).
 */
export function recognise(
  traits: RepositoryTraits,
  known: readonly KnownRepository[],
): KnownRepository | undefined {
  const { origin, root } = traits
  const sameOrigin =
    origin === undefined ? undefined : known.find((one) => one.origins.includes(origin))
  if (sameOrigin !== undefined) return sameOrigin
  return known.find(
    (one) => one.paths.includes(root) && (origin === undefined || one.origins.length === 0),
  )
}

/**
 * A new id: readable, and the same for two commands that start in one new repository at the same
 * time. `installation` makes it differ from machine to machine; `taken` are ids of others.
 */
export function newRepositoryId(
  traits: RepositoryTraits,
  installation: string,
  taken: ReadonlySet<string>,
): string {
  const name = slug(path.basename(traits.root))
  for (let attempt = 0; ; attempt += 1) {
    const key = JSON.stringify([installation, traits.origin ?? traits.root, attempt])
    const id = `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
    if (!taken.has(id)) return id
  }
}

/** @throws AppError `invalid` for an id that is no plain directory name. */
export function checkRepositoryId(id: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,80}$/.test(id)) return id
  throw invalid(
    `the repository's id ${JSON.stringify(id)} in git's configuration is not one of Portolan's`,
    {
      next: 'Look at `git config --show-origin portolan.repository`, and remove it with `git config --unset portolan.repository`.',
    },
  )
}

function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return plain === '' ? 'repository' : plain
}

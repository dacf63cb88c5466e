import { compareVersions } from '../version.ts'
import { meetsConstraint, type VersionConstraint } from '../version-constraint.ts'

/** What is asked of a version, by everybody who asks for something. */
export interface WantedVersion {
  /** Portolan itself works with this one and later ones. */
  readonly oldest: string
  readonly constraints: readonly VersionConstraint[]
  /** As they were written, and where, for sentences. */
  readonly texts: readonly string[]
}

/** True when a version is what all of them ask for. */
export function isWanted(version: string, { constraints, oldest }: WantedVersion): boolean {
  if (compareVersions(version, oldest) < 0) return false
  if (!constraints.every((constraint) => meetsConstraint(version, constraint))) return false
  return !version.includes('-') || exactVersion({ constraints }) === version
}

/** The highest version that is wanted; a pre-release only when exactly that one is asked for. */
export function chooseVersion(
  versions: Iterable<string>,
  wanted: WantedVersion,
): string | undefined {
  return [...versions]
    .filter((version) => isVersion(version) && isWanted(version, wanted))
    .sort(compareVersions)
    .at(-1)
}

/** The one version that can be meant, if one is named. */
export function exactVersion({
  constraints,
}: Pick<WantedVersion, 'constraints'>): string | undefined {
  const named = constraints.flat().find(({ operator }) => operator === '=')?.version
  if (named === undefined) return undefined
  const [release = '', ...suffix] = named.split(/(?=[-+])/)
  const parts = [...release.split('.'), '0', '0'].slice(0, 3)
  return [parts.join('.'), ...suffix].join('')
}

/** `1.11.4` or `1.12.0-beta1`: what may be the name of a directory and a part of an address. */
export function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+(-[0-9A-Za-z][0-9A-Za-z.-]*)?$/.test(text)
}

/** `~> 1.9 (terraform_version), >= 1.9.4 (required_version)` */
export function wantedText({ texts, oldest }: WantedVersion): string {
  return texts.length === 0 ? `${oldest} or later` : texts.join(', ')
}

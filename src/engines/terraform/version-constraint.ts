import { compareVersions } from './version.ts'

/** What `~> 1.11, != 1.11.2` asks of a version: all of its parts. */
export type VersionConstraint = readonly VersionCondition[]

interface VersionCondition {
  readonly operator: Operator
  /** As written: `1.11`. */
  readonly version: string
}

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~>'

/**
 * Reads a constraint as Terraform's `required_version` is written; undefined for a text that is none.
 * Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */
export function parseVersionConstraint(text: string): VersionConstraint | undefined {
  const conditions: VersionCondition[] = []
  for (const part of text.split(',')) {
    const found =
      /^\s*(?<operator>=|!=|>=?|<=?|~>)?\s*v?(?<version>\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)\s*$/.exec(
        part,
      )?.groups
    if (found?.['version'] === undefined) return undefined
    const operator = operators.find((one) => one === found['operator']) ?? '='
    conditions.push({ operator, version: found['version'] })
  }
  return conditions
}

const operators: readonly Operator[] = ['=', '!=', '>', '>=', '<', '<=', '~>']

/** True when a version is what the constraint asks for. */
export function meetsConstraint(version: string, constraint: VersionConstraint): boolean {
  return constraint.every((condition) => meets(version, condition))
}

function meets(version: string, { operator, version: wanted }: VersionCondition): boolean {
  const order = compareVersions(version, wanted) || comparePreReleases(version, wanted)
  if (operator === '=') return order === 0
  if (operator === '!=') return order !== 0
  // A pre-release is taken only by who names one of the same release.
  if (preRelease(version) !== '') {
    if (preRelease(wanted) === '' || compareVersions(version, wanted) !== 0) return false
  }
  if (operator === '~>') return order >= 0 && sharesPrefix(version, wanted)
  if (operator === '>') return order > 0
  if (operator === '>=') return order >= 0
  return operator === '<' ? order < 0 : order <= 0
}

/** All parts but the last one that is written are the same: `~> 1.11` is any 1.x. */
function sharesPrefix(version: string, wanted: string): boolean {
  const parts = (text: string) => (text.split(/[-+]/)[0] ?? '').split('.').map(Number)
  const has = parts(version)
  return parts(wanted)
    .slice(0, -1)
    .every((part, index) => has[index] === part)
}

function preRelease(version: string): string {
  return /^[\d.]+-([0-9A-Za-z.-]+)/.exec(version)?.[1] ?? ''
}

/** A release comes after its pre-releases; of two of these numbers count as numbers. */
function comparePreReleases(a: string, b: string): number {
  const [left, right] = [preRelease(a), preRelease(b)]
  if (left === right) return 0
  if (left === '' || right === '') return left === '' ? 1 : -1
  return left.localeCompare(right, 'en', { numeric: true })
}

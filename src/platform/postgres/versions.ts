/** The programs of one PostgreSQL: `initdb` and `postgres` in one directory. */
export interface Programs {
  /** The directory that holds them, absolute. */
  readonly bin: string
  /** `18.4` or, from a package, `18.4.0-beta.17`. */
  readonly version: string
  readonly major: number
}

export const OLDEST_MAJOR = 15

/** The major version in a version's text, `postgres (PostgreSQL) 15.18 (Debian …)` included. */
export function majorOf(text: string): number | undefined {
  const version = versionIn(text)
  return version === undefined ? undefined : Number(version.split('.')[0])
}

/** The version in what `postgres --version` prints. Development versions (`18beta1`) count as `18`. */
export function versionIn(text: string): string | undefined {
  return /(?:^|\s)(\d+(?:\.\d+)*(?:-[\w.]+)?)/.exec(text)?.[1]
}

/** Newest first, by the numbers in the version. */
export function newestFirst(programs: readonly Programs[]): Programs[] {
  return programs.toSorted((a, b) => compareVersions(b.version, a.version))
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function numbersOf(version: string): number[] {
  return version.match(/\d+/g)?.map(Number) ?? []
}

export type Choice =
  | { readonly kind: 'run'; readonly programs: Programs }
  | { readonly kind: 'upgrade'; readonly from: Programs; readonly to: Programs }
  | { readonly kind: 'missing'; readonly major: number }

/**
 * Which programs run a cluster of `major`. `preferred` is what this Portolan brings (or, without
 * a package, the newest on the machine); a cluster that is newer than that keeps its own.
 */
export function choosePrograms(
  major: number,
  preferred: Programs | undefined,
  available: readonly Programs[],
): Choice {
  const own = newestFirst(available).find((programs) => programs.major === major)
  if (own === undefined) return { kind: 'missing', major }
  if (preferred === undefined || preferred.major <= major) return { kind: 'run', programs: own }
  return { kind: 'upgrade', from: own, to: preferred }
}

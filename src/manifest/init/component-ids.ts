/** A name for a component out of any words: what expressions can write behind a dot. */
export function idFrom(text: string): string {
  const id = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (id === '') return 'component'
  return /^[a-z]/.test(id) ? id : `c_${id}`
}

/**
 * Short names for directories, each another one: the last part of the path, and as many parts before it
 * as are needed to tell it from others. The root's is `root`.
 */
export function idsOf(directories: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map(directories.map((one) => [one, one === '' ? ['root'] : one.split('/')]))
  const length = new Map(directories.map((one) => [one, 1]))
  const nameOf = (one: string) =>
    idFrom((parts.get(one) ?? []).slice(-(length.get(one) ?? 1)).join('_'))
  for (;;) {
    const longer = sharers(directories, nameOf).filter(
      (one) => (length.get(one) ?? 1) < (parts.get(one) ?? []).length,
    )
    if (longer.length === 0) break
    for (const one of longer) length.set(one, (length.get(one) ?? 1) + 1)
  }
  return numbered(directories, nameOf)
}

/** Those whose name another one has too. */
function sharers(directories: readonly string[], nameOf: (one: string) => string): string[] {
  const groups = Map.groupBy(directories, nameOf)
  return [...groups.values()].filter((group) => group.length > 1).flat()
}

/** Directories that differ only in signs that no name can have get a number. */
function numbered(
  directories: readonly string[],
  nameOf: (one: string) => string,
): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  const ids = new Map<string, string>()
  for (const directory of directories) {
    const name = nameOf(directory)
    let id = name
    for (let number = 2; taken.has(id); number += 1) id = `${name}_${number}`
    taken.add(id)
    ids.set(directory, id)
  }
  return ids
}

/** The known names that somebody may have meant, nearest first, at most three. */
export function nearest(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase()
  const most = Math.max(1, Math.floor(wanted.length / 3))
  const near: { readonly candidate: string; readonly far: number }[] = []
  for (const candidate of known) {
    const other = candidate.toLowerCase()
    const far = isPart(wanted, other) ? 1 : distance(wanted, other, most)
    if (far <= most) near.push({ candidate, far })
  }
  return near
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** "Did you mean `db`?", or undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const found = nearest(name, known).map((one) => `\`${one}\``)
  const last = found.pop()
  if (last === undefined) return undefined
  return `Did you mean ${found.length === 0 ? last : `${found.join(', ')} or ${last}`}?`
}

function isPart(wanted: string, other: string): boolean {
  return (
    wanted.length >= 3 && other.length >= 3 && (other.includes(wanted) || wanted.includes(other))
  )
}

/** Letters to add, leave out, replace or swap with a neighbour; more than `most` is not counted out. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(cell(row, j) + 1, cell(next, j - 1) + 1, cell(row, j - 1) + Number(!same))
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (i > 1 && j > 1 && swapped) cost = Math.min(cost, cell(before, j - 2) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return cell(row, b.length)
}

function cell(row: readonly number[], at: number): number {
  return row[at] ?? Number.POSITIVE_INFINITY
}

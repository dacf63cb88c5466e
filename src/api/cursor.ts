import { invalid } from '../platform/errors.ts'

/** A page of a list that is numbered: one more is asked for than is shown, to know whether any follows. */
export interface NumberedPage {
  readonly before?: number
  readonly limit: number
}

/** Reads how a page was asked for. @throws AppError `invalid` for a cursor that no page gave */
export function numberedPage({
  cursor,
  limit,
}: {
  readonly cursor?: string | undefined
  readonly limit: number
}): NumberedPage {
  if (cursor === undefined) return { limit: limit + 1 }
  const before = Number(cursor)
  if (!/^\d{1,15}$/.test(cursor)) {
    throw invalid(`the cursor ${JSON.stringify(cursor)} comes from no page`, {
      next: 'Give what the page before said as `next`, or nothing for the first page.',
    })
  }
  return { before, limit: limit + 1 }
}

/** The page that was asked for, and the cursor of the one after it. */
export function pageOf<Item, Shown>(
  found: readonly Item[],
  { limit }: { readonly limit: number },
  { show, numberOf }: { show(item: Item): Shown; numberOf(item: Item): number },
): { items: Shown[]; next: string | null } {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const next = found.length > limit && last !== undefined ? String(numberOf(last)) : null
  return { items: items.map(show), next }
}

const FEWEST_FOLDED = 3

interface Stretch<Item> {
  readonly items: readonly Item[]
  readonly matches: boolean
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** The items in stretches of those that match and those that do not. */
export function stretches<Item>(
  items: readonly Item[],
  matches: (item: Item) => boolean,
): Stretch<Item>[] {
  const found: { items: Item[]; matches: boolean }[] = []
  for (const item of items) {
    const last = found.at(-1)
    if (last && last.matches === matches(item)) last.items.push(item)
    else found.push({ items: [item], matches: matches(item) })
  }
  return found.map((one, index) => ({
    ...one,
    isFirst: index === 0,
    isLast: index === found.length - 1,
  }))
}

type Folding<Item, Line> = { readonly shown: readonly Item[] } | { readonly fold: Line }

/** Of what stays, the neighbours of what changes are shown, and the rest folded when that saves lines. */
export function folding<Item, Line>(
  items: readonly Item[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
  fold: (items: readonly Item[]) => Line,
  context = 1,
): Folding<Item, Line>[] {
  const from = isFirst ? 0 : context
  const to = items.length - (isLast ? 0 : context)
  if (to - from < FEWEST_FOLDED && !(isFirst && isLast)) return [{ shown: items }]
  return [
    { shown: items.slice(0, from) },
    { fold: fold(items.slice(from, to)) },
    { shown: items.slice(to) },
  ]
}

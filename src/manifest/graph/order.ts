/**
 * Names with what they need first, and else as they come: each stands right behind the last thing that
 * it needs and that was not there yet. Names in a cycle come too, in some order.
 */
export function orderOf(
  names: readonly string[],
  needsOf: (name: string) => Iterable<string>,
): string[] {
  const order: string[] = []
  const seen = new Set<string>()
  // No recursion: a chain may be as long as the manifest.
  const path: { readonly name: string; readonly needs: Iterator<string> }[] = []
  const enter = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    path.push({ name, needs: needsOf(name)[Symbol.iterator]() })
  }
  for (const name of names) {
    enter(name)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.needs.next()
      if (next.done === true) {
        order.push(last.name)
        path.pop()
      } else enter(next.value)
    }
  }
  return order
}

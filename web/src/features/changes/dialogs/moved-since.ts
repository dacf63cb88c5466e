type Seen = { readonly name: string } & Partial<
  Readonly<Record<'runId', number | undefined> & Record<'digest', string | undefined>>
>

/** Names of those whose plan was made again, or that left the list, since somebody looked at them. */
export function movedSince(then: readonly Seen[], now: readonly Seen[]): readonly string[] {
  const current = new Map(now.map((node) => [node.name, node]))
  return then.filter((node) => hasMoved(node, current.get(node.name))).map(({ name }) => name)
}

function hasMoved(then: Seen, now: Seen | undefined): boolean {
  if (now === undefined || now.runId !== then.runId) return true
  return then.digest !== undefined && now.digest !== then.digest
}

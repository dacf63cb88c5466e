interface Linked {
  readonly name: string
  readonly after: string | undefined
  readonly extends: string | undefined
}

/** Environments behind those that they are `after`; otherwise as they are written. */
export function promotionOrder<One extends Linked>(environments: readonly One[]): One[] {
  const byName = new Map(environments.map((one) => [one.name, one]))
  const ordered = new Set<One>()
  const visit = (one: One, above: ReadonlySet<One>): void => {
    const before = one.after === undefined ? undefined : byName.get(one.after)
    if (before !== undefined && !above.has(before)) visit(before, new Set([...above, before]))
    ordered.add(one)
  }
  for (const one of environments) visit(one, new Set([one]))
  return [...ordered]
}

/** The names on a circle of `after` or `extends`, from the first to itself again; undefined without one. */
export function circleOf(
  name: string,
  next: (name: string) => string | undefined,
): readonly string[] | undefined {
  const path = [name]
  for (let at = next(name); at !== undefined; at = next(at)) {
    if (at === name) return [...path, name]
    // It runs into a circle that others are on.
    if (path.includes(at)) return undefined
    path.push(at)
  }
  return undefined
}

/** Without the links that lead nowhere or in a circle, which are told: others may then follow them. */
export function withoutCircles<One extends Linked>(environments: readonly One[]): One[] {
  const byName = new Map(environments.map((one) => [one.name, one]))
  return environments.map((one) => {
    const kept = (key: 'after' | 'extends') => {
      const target = one[key]
      const isKnown = target !== undefined && byName.has(target)
      const circle = circleOf(one.name, (name) => byName.get(name)?.[key])
      return isKnown && circle === undefined ? target : undefined
    }
    return { ...one, after: kept('after'), extends: kept('extends') }
  })
}

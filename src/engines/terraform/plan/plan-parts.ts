type Json = Readonly<Record<string, unknown>>

const kept = ['format_version', 'terraform_version', 'timestamp', 'applyable', 'complete'] as const

const lists = ['deferred_changes', 'relevant_attributes'] as const

/**
 * What is kept of a plan's JSON: what would happen, and of the resources that there are their
 * addresses and origins. Left out is what says the same once more (`planned_values`, the values of
 * `prior_state`), what belongs to the source (`configuration`, `variables`) and what no mask covers
 * (identities, invocations of actions).
 */
export function partsOfPlan(plan: Json): Json {
  const changes = (name: string) => listIn(plan[name]).map(objectIn).map(withoutIdentities)
  const resources = resourcesOf(objectIn(objectIn(plan['prior_state'])['values'])['root_module'])
  return Object.fromEntries(
    [
      ...kept.map((name) => [name, plan[name]] as const),
      ['errored', plan['errored'] === true] as const,
      ['resource_changes', orAbsent(changes('resource_changes'))] as const,
      ['resource_drift', orAbsent(changes('resource_drift'))] as const,
      ['output_changes', plan['output_changes']] as const,
      ...lists.map((name) => [name, orAbsent(listIn(plan[name]))] as const),
      ['prior_state', orAbsent(resources) && { values: { root_module: { resources } } }] as const,
    ].filter(([, member]) => member !== undefined),
  )
}

function orAbsent(list: readonly unknown[]): readonly unknown[] | undefined {
  return list.length > 0 ? list : undefined
}

function withoutIdentities(entry: Json): Json {
  const { before_identity: _before, after_identity: _after, ...change } = objectIn(entry['change'])
  if (change['importing'] === undefined) return { ...entry, change }
  const { identity: _identity, ...importing } = objectIn(change['importing'])
  return { ...entry, change: { ...change, importing } }
}

/** The resources of a module and of those in it, in one list by address. */
function resourcesOf(module: unknown): readonly Json[] {
  const { resources, child_modules: children } = objectIn(module)
  const own = listIn(resources).map((resource) => {
    const { address, mode, depends_on: origins } = objectIn(resource)
    return { address, mode, ...(origins === undefined ? {} : { depends_on: origins }) }
  })
  const all = [...own, ...listIn(children).flatMap(resourcesOf)]
  return all.toSorted((a, b) => (String(a['address']) < String(b['address']) ? -1 : 1))
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

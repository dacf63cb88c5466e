import type { RunPhase, Variable, VariableIdentity, VariableKind } from './variable.ts'

/** A variable that counts somewhere, and those that count no more because of it, the nearest first. */
export interface Chosen<V extends VariableIdentity = Variable> {
  readonly variable: V
  readonly hides: readonly V[]
}

/** One that a workspace has … */
export interface EffectiveVariable extends Chosen {
  /** … in these phases, */
  readonly phases: readonly RunPhase[]
  /** unless the manifest gives it: what was reviewed counts. */
  readonly hiddenBy: 'manifest' | undefined
}

/** Names that the manifest gives to a workspace: they count more than every variable of that name. */
export type ManifestNames = Partial<Readonly<Record<VariableKind, Iterable<string>>>>

interface WorkspacePlace {
  readonly component: string
  readonly environment: string
}

/**
 * Which variables count in a phase of a workspace, by kind and name. The narrowest place wins: component in
 * environment, component, environment, project; and at one place a value for one phase wins over one for both.
 */
export function effectiveIn<V extends VariableIdentity>(
  variables: readonly V[],
  { component, environment }: WorkspacePlace,
  phase: RunPhase,
): readonly Chosen<V>[] {
  const byName = new Map<string, V[]>()
  for (const variable of variables) {
    if (variable.component !== undefined && variable.component !== component) continue
    if (variable.environment !== undefined && variable.environment !== environment) continue
    if (variable.phase !== 'both' && variable.phase !== phase) continue
    const key = `${variable.kind} ${variable.name}`
    const rivals = byName.get(key)
    if (rivals === undefined) byName.set(key, [variable])
    else rivals.push(variable)
  }
  return [...byName.values()].flatMap((rivals) => {
    const [variable, ...hides] = rivals.sort((a, b) => narrowness(b) - narrowness(a))
    return variable === undefined ? [] : [{ variable, hides }]
  })
}

function narrowness({ component, environment, phase }: VariableIdentity): number {
  return (
    (component === undefined ? 0 : 4) +
    (environment === undefined ? 0 : 2) +
    (phase === 'both' ? 0 : 1)
  )
}

/** Both phases of a workspace in one list, by kind and name: what `plan` and `apply` share stands once. */
export function effectiveVariables(
  variables: readonly Variable[],
  place: WorkspacePlace,
  manifest: ManifestNames = {},
): readonly EffectiveVariable[] {
  const given = givenBy(manifest)
  const found = new Map<string, EffectiveVariable>()
  for (const phase of ['plan', 'apply'] as const) {
    for (const { variable, hides } of effectiveIn(variables, place, phase)) {
      const before = found.get(variable.id)
      const more = hides.filter((one) => before?.hides.includes(one) !== true)
      found.set(variable.id, {
        variable,
        hides: [...(before?.hides ?? []), ...more].sort((a, b) => narrowness(b) - narrowness(a)),
        phases: [...(before?.phases ?? []), phase],
        hiddenBy: given(variable) ? 'manifest' : undefined,
      })
    }
  }
  return [...found.values()].sort((a, b) => compare(a.variable, b.variable))
}

/** Tells which variables the manifest gives itself. */
function givenBy(manifest: ManifestNames): (variable: VariableIdentity) => boolean {
  const names = {
    terraform: new Set(manifest.terraform),
    environment: new Set(manifest.environment),
  }
  return ({ kind, name }) => names[kind].has(name)
}

/** By kind and name; the narrower first. */
function compare(a: VariableIdentity, b: VariableIdentity): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return narrowness(b) - narrowness(a)
}

import type { KnownOutput, OutputLookup, OutputReference } from '../../manifest/index.ts'
import type { ChangeWork, WorkNode } from './change-work.ts'

/**
 * What is known at this moment of every output that a workspace reads: from the state of an
 * upstream that is as it will be, from the plan of one that is about to change, or nothing yet.
 */
export async function lookUpOutputs(work: ChangeWork, node: WorkNode): Promise<OutputLookup> {
  const known = new Map<string, KnownOutput>()
  for (const reference of node.definition.references) {
    known.set(keyOf(reference), await knownOutput(work, node, reference))
  }
  return (reference) => known.get(keyOf(reference)) ?? { is: 'unknown' }
}

function keyOf({ component, environment, output }: OutputReference): string {
  return `${component}@${environment}.${output}`
}

async function knownOutput(
  work: ChangeWork,
  node: WorkNode,
  reference: OutputReference,
): Promise<KnownOutput> {
  const name = `${reference.component}@${reference.environment}`
  const upstream = work.nodes.get(name)
  if (upstream === undefined || work.change.operation === 'destroy') {
    return recorded(work, node, reference)
  }
  switch (upstream.result) {
    case 'skipped':
      return { is: 'absent', because: `${name} is skipped: ${upstream.because ?? 'no reason'}` }
    case 'planned':
    case 'provisional':
      return planned(work, upstream, reference)
    case 'applied':
    case 'unchanged':
      return recorded(work, node, reference)
    default:
      return { is: 'unknown' }
  }
}

async function planned(
  work: ChangeWork,
  upstream: WorkNode,
  { output }: OutputReference,
): Promise<KnownOutput> {
  const outputs = await work.context.runs.plannedOutputs(upstream.run.id)
  const found = outputs?.[output]
  if (found === undefined) {
    return { is: 'absent', because: `the plan of ${upstream.name} has no output ${output}` }
  }
  const { value, unknown, sensitive } = found
  // What the upstream's plan leaves as it is can be relied on; should it move after all, the
  // inputs are others then, and this plan is stale.
  const isReal = !found.changes && upstream.result === 'planned'
  return isReal ? { is: 'known', value, sensitive } : { is: 'planned', value, unknown, sensitive }
}

async function recorded(
  work: ChangeWork,
  node: WorkNode,
  { component, environment, output }: OutputReference,
): Promise<KnownOutput> {
  const name = `${component}@${environment}`
  const { location, manifest, resolver } = node.platform
  const its = {
    component: manifest.components.get(component),
    environment: manifest.environments.get(environment),
  }
  if (its.component !== undefined && its.environment !== undefined) {
    const { skipped } = resolver.definition(its.component, its.environment)
    if (skipped !== undefined) return { is: 'absent', because: `${name} is skipped: ${skipped}` }
  }
  const { projects } = work.context
  const workspace =
    work.nodes.get(name)?.workspace ??
    (await projects.findWorkspace(location.project, component, environment))
  const outputs = workspace && (await work.outputs.of(workspace.id))
  if (outputs === undefined) return { is: 'absent', because: `${name} was never applied` }
  const found = outputs.get(output)
  if (found !== undefined) return { is: 'known', ...found }
  return { is: 'absent', because: `${name} has no output ${output} in its state` }
}

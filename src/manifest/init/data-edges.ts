import type { DataEdge, FoundModule, InitComponent } from './facts.ts'

// Names that modules share without meaning the same thing.
const general =
  /^(id|arn|name|names|prefix|tags|labels|region|zone|location|environment|env|stage|project|namespace|enabled|size|type|version|description|domain|url|host|port|password|username|user|key|value|values|image|replicas|count)$/

const MOST = 4

/** Variables that exactly one other module has an output for, by name: probably an edge. */
export function dataEdges(
  components: readonly InitComponent[],
  drafts: readonly { readonly module: FoundModule }[],
): readonly InitComponent[] {
  const modules = new Map(drafts.map(({ module }) => [module.directory, module]))
  const producers = Map.groupBy(
    components.flatMap((component) =>
      (modules.get(component.directory)?.outputs ?? []).map((output) => ({ output, component })),
    ),
    ({ output }) => output,
  )
  return components.map((component) => {
    const variables = modules.get(component.directory)?.variables ?? []
    const edges = variables.flatMap((variable): DataEdge[] => {
      const found = general.test(variable) ? [] : (producers.get(variable) ?? [])
      const [only, second] = found
      if (only === undefined || second !== undefined || only.component.id === component.id)
        return []
      return [{ variable, component: only.component.id }]
    })
    return { ...component, edges: edges.slice(0, MOST) }
  })
}

import {
  buildGraph,
  type ExplainedValue,
  type Graph,
  select,
  type WorkspaceNode,
} from '../../manifest/index.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import { valueJson } from '../../platform/value-json.ts'
import { type Call, exit } from '../call.ts'
import { setOf } from '../change/change-flags.ts'
import { openPlatform, type Platform } from '../platform/platform-place.ts'
import { openResolver } from '../platform/platform-resolver.ts'
import { type Explanation, explanationJson, explanationLines } from '../render/explanation-view.ts'

interface Flags {
  readonly environment?: string
  readonly set?: readonly string[]
}

/** Shows where everything of a workspace comes from. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const [name = '', path] = args
  const platform = await openPlatform(call)
  const node = findNode(buildGraph(platform.manifest), name, flags.environment)
  const explanation = await explain(call, { platform, node, path })
  if (terminal.json) await terminal.raw(`${valueJson(explanationJson(explanation))}\n`)
  const { style, width } = terminal
  terminal.print(...explanationLines(explanation, { style, width }))
  return explanation.entries.some((entry) => entry.fault !== undefined) ? exit.error : exit.done
}

async function explain(
  call: Call<Flags>,
  {
    platform,
    node,
    path,
  }: {
    readonly platform: Platform
    readonly node: WorkspaceNode
    readonly path: string | undefined
  },
): Promise<Explanation> {
  const { components, environments } = platform.manifest
  const component = components.get(node.component)
  const environment = environments.get(node.environment)
  if (component === undefined || environment === undefined) {
    throw notFound(`there is no ${node.name} in the manifest`)
  }
  const resolver = await openResolver(call, platform, setOf(call.flags))
  const definition = resolver.definition(component, environment)
  const all = resolver.explain(definition)
  const { skipped } = definition
  const entries = path === undefined ? all : entriesAt(all, path, { name: node.name, skipped })
  return { node, component, skipped, entries, isPart: path !== undefined }
}

/** What a path means: written out, or below `inputs` or `values`. */
function entriesAt(
  all: readonly ExplainedValue[],
  path: string,
  { name, skipped }: { readonly name: string; readonly skipped: string | undefined },
): readonly ExplainedValue[] {
  for (const wanted of [path, `inputs.${path}`, `values.${path}`]) {
    const found = all.filter((entry) => isAt(entry.path, wanted))
    if (found.length > 0) return found
  }
  const meant = didYouMean(
    path,
    all.flatMap(({ path: one }) => [one, one.replace(/^\w+\./, '')]),
  )
  const why = skipped === undefined ? undefined : `${name} is skipped: ${skipped}.`
  throw notFound(`${name} has nothing at ${path}`, {
    next: meant ?? why ?? `portolan explain ${name}   shows all of it`,
  })
}

function isAt(path: string, wanted: string): boolean {
  return path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`)
}

function findNode(graph: Graph, name: string, environment: string | undefined): WorkspaceNode {
  const { names } = select(graph, {
    names: [name],
    ...(environment === undefined ? {} : { environments: [environment] }),
  })
  const [first = '', ...others] = names
  const node = graph.nodes.get(first)
  if (node === undefined) throw notFound(`there is no workspace ${name}`)
  if (others.length === 0) return node
  throw invalid(`${name} is in several environments`, {
    next: `Name one: ${[first, ...others].join(', ')}`,
  })
}

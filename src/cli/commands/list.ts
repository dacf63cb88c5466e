import type { Manifest } from '../../manifest/index.ts'
import { type Call, exit } from '../call.ts'
import { openPlatform, type Platform } from '../platform/platform-place.ts'
import { findSkipped } from '../platform/platform-resolver.ts'
import {
  directoryNote,
  type PlatformSelection,
  selectFrom,
} from '../platform/platform-selection.ts'
import type { SelectionFlags } from '../platform/selection-flags.ts'
import { printLines } from '../print-lines.ts'
import {
  type ListedCell,
  type ListedComponent,
  listJson,
  listLines,
  reasonLines,
} from '../render/list-view.ts'

interface Flags extends SelectionFlags {
  readonly why?: boolean
}

/** Lists the components of a manifest and the environments in which they exist. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const platform = await openPlatform(call)
  const selection = await selectFrom(call, platform)
  const listed = await listComponents(call, platform, selection)
  const environments = shownEnvironments(flags, platform.manifest)
  if (terminal.json) {
    terminal.emit(listJson(platform, listed, selection))
    return exit.done
  }
  const layout = { style: terminal.style, width: terminal.width }
  const { because, affected } = selection
  const lines =
    flags.why === true ? reasonLines(because, layout) : listLines(listed, environments, layout)
  printLines(terminal, lines)
  if (affected !== undefined) terminal.note(`Compared with ${affected.base.what}.`)
  if (listed.length === 0) terminal.note(nothingSentence(platform, selection))
  else if (selection.byDirectory) terminal.note(directoryNote(platform, selection))
  return exit.done
}

function shownEnvironments({ environment }: Flags, manifest: Manifest): string[] {
  const all = [...manifest.environments.keys()]
  return environment === undefined ? all : all.filter((name) => environment.includes(name))
}

function nothingSentence({ manifest }: Platform, { affected }: PlatformSelection): string {
  if (affected !== undefined) return 'Nothing is affected.'
  return manifest.source === 'discovered'
    ? 'There is no root module in this repository. `portolan init` begins a portolan.yaml.'
    : 'The manifest has no components yet.'
}

async function listComponents(
  call: Call<Flags>,
  platform: Platform,
  { names, graph, because }: PlatformSelection,
): Promise<ListedComponent[]> {
  const nodes = [...names].map((name) => graph.nodes.get(name)).filter((one) => one !== undefined)
  const skipped = await findSkipped(call, platform, nodes)
  const cells = new Map<string, Map<string, ListedCell>>()
  for (const { name, component, environment } of nodes) {
    const cell = { skipped: skipped.get(name), reasons: because.get(name) ?? [] }
    const known = cells.get(component)
    if (known === undefined) cells.set(component, new Map([[environment, cell]]))
    else known.set(environment, cell)
  }
  return [...platform.manifest.components.values()].flatMap((component) => {
    const environments = cells.get(component.name)
    return environments === undefined ? [] : [{ component, environments }]
  })
}

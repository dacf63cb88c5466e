import { invalid } from '../../platform/errors.ts'
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
import { graphDot, graphJson } from '../render/graph-formats.ts'
import { graphLines, type ShownGraph } from '../render/graph-text.ts'

interface Flags extends SelectionFlags {
  readonly format?: string
}

const formats = ['text', 'dot', 'json']

/** Shows what needs what, in the order in which it is applied. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags } = call
  const format = terminal.json ? 'json' : (flags.format ?? 'text')
  if (!formats.includes(format)) {
    throw invalid(`there is no format ${JSON.stringify(format)}`, {
      next: `The formats are: ${formats.join(', ')}.`,
    })
  }
  const platform = await openPlatform(call)
  const selection = await selectFrom(call, platform)
  const shown = await shownGraph(call, platform, selection)
  if (format === 'json') {
    await terminal.raw(`${JSON.stringify(graphJson(platform.manifest, shown))}\n`)
  } else if (format === 'dot') {
    await terminal.raw(`${graphDot(shown).join('\n')}\n`)
  } else {
    const { style, width } = terminal
    const folds = flags.environment === undefined
    printLines(terminal, graphLines(shown, { style, width, folds }))
    if (selection.byDirectory) terminal.note(directoryNote(platform, selection))
  }
  return exit.done
}

async function shownGraph(
  call: Call<Flags>,
  platform: Platform,
  { graph, names }: PlatformSelection,
): Promise<ShownGraph> {
  const nodes = [...names].map((name) => graph.nodes.get(name)).filter((one) => one !== undefined)
  return {
    environments: [...platform.manifest.environments.values()],
    nodes,
    skipped: await findSkipped(call, platform, nodes),
  }
}

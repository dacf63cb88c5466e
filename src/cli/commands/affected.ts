import type { Affected } from '../../manifest/index.ts'
import { findChanges } from '../../platform/git/changes.ts'
import { type Call, exit } from '../call.ts'
import { findPlatform, openPlatform } from '../platform/platform-place.ts'
import { printLines } from '../print-lines.ts'

interface Flags {
  readonly why?: boolean
  readonly withDependents?: boolean
}

/** Shows the workspaces that differ from a base. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags, args, config } = call
  const { root, cacheDirectory } = findPlatform(call)
  const [ref] = args
  const env = config.environment
  // Git takes longest: it is asked first, and everything else is loaded meanwhile.
  const changes = findChanges({ root, env }, { ref, cacheDirectory })
  changes.catch(() => {}) // Seen by who waits for it.
  const { affected } = await import('../../manifest/affected/index.ts')
  const found = await affected({ root, ref, manifest: undefined, cacheDirectory, env, changes })
  const { affectedJson, affectedLines } = await import('../render/affected-view.ts')
  const because =
    flags.withDependents === true ? await withDependents(call, found) : found.workspaces
  if (terminal.json) {
    terminal.emit(affectedJson(found, because))
    return exit.done
  }
  const { style, width } = terminal
  printLines(terminal, affectedLines(found, because, { style, width, all: flags.why === true }))
  const { commit, what } = found.base
  terminal.note(`Compared with ${what}${commit === undefined ? '' : ` (${commit.slice(0, 10)})`}.`)
  if (because.size === 0) terminal.note('Nothing is affected.')
  return exit.done
}

async function withDependents(call: Call<Flags>, { workspaces }: Affected) {
  const { buildGraph, select } = await import('../../manifest/graph/index.ts')
  const { manifest } = await openPlatform(call)
  return select(buildGraph(manifest), { affected: workspaces, withDependents: true }).because
}

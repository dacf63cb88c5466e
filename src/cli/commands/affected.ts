import { type Call, exit } from '../call.ts'
import { findPlatform } from '../platform-place.ts'
import { affectedJson, affectedLines } from '../render/affected-view.ts'

interface Flags {
  readonly why?: boolean
  readonly withDependents?: boolean
}

/** Shows the workspaces that differ from a base. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, flags, args, config } = call
  const { root, cacheDirectory } = findPlatform(call)
  const { affected, buildGraph, loadManifest, select } = await import('../../manifest/index.ts')
  const manifest = await loadManifest(root, { cacheDirectory, env: config.environment })
  const found = await affected({
    root,
    ref: args[0],
    manifest,
    cacheDirectory,
    env: config.environment,
  })
  const because =
    flags.withDependents === true
      ? select(buildGraph(manifest), { affected: found.workspaces, withDependents: true }).because
      : found.workspaces
  terminal.emit(affectedJson(found, because))
  const { style, width } = terminal
  terminal.print(...affectedLines(found, because, { style, width, all: flags.why === true }))
  const { commit, what } = found.base
  terminal.note(`Compared with ${what}${commit === undefined ? '' : ` (${commit.slice(0, 10)})`}.`)
  if (because.size === 0) terminal.note('Nothing is affected.')
  return exit.done
}

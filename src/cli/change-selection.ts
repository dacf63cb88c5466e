import { affected, buildGraph, type Selection, select } from '../manifest/index.ts'
import { invalid } from '../platform/errors.ts'
import type { Call } from './call.ts'
import type { ChangeFlags } from './change-flags.ts'
import type { ManifestPlace } from './change-place.ts'
import { componentsAt } from './components-at.ts'
import { cacheDirectoryOf } from './platform-place.ts'
import { selectionOf, selectionText } from './selection-flags.ts'

export interface SelectedWorkspaces {
  /** Each with the reasons why it takes part. */
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  /** As it was typed, to be recorded. */
  readonly text: string
  /** What `--affected` compared with: "the merge base with origin/main". */
  readonly base: string | undefined
}

/**
 * The workspaces that a call is about: those that flags and names select; without any those of the
 * directory. None only when nothing is affected.
 * @throws AppError `invalid` when a selector matches nothing
 */
export async function selectWorkspaces(
  call: Call<ChangeFlags>,
  place: ManifestPlace,
): Promise<SelectedWorkspaces> {
  const { flags, args } = call
  const changed = await affectedOf(call, place)
  const orphans = new Map(
    (flags.orphan ?? []).map((name) => [name, ['not in the manifest any more']]),
  )
  const text = [selectionText(flags, args), ...[...orphans.keys()].map((one) => `--orphan ${one}`)]
    .filter((part) => part !== '')
    .join(' ')
  if (orphans.size > 0 && selectionText(flags, args) === '') {
    return { workspaces: orphans, text, base: undefined }
  }
  const selection: Selection = {
    ...selectionOf(flags, args),
    ...directoryOf(place, flags, args),
    ...(changed === undefined ? {} : { affected: changed.workspaces }),
  }
  const base = changed?.base.what
  if (changed !== undefined && changed.workspaces.size === 0) {
    return { workspaces: orphans, text, base }
  }
  const selected = select(buildGraph(place.manifest), selection)
  return {
    workspaces: new Map([
      ...[...selected.names].map((name) => [name, selected.because.get(name) ?? []] as const),
      ...orphans,
    ]),
    text: text === '' ? place.directory : text,
    base,
  }
}

/** Where nothing but environments is asked for, the directory says which components are meant. */
function directoryOf(
  place: ManifestPlace,
  flags: ChangeFlags,
  names: readonly string[],
): Pick<Selection, 'components'> {
  const asked = [...names, ...(flags.component ?? []), ...(flags.tag ?? []), ...(flags.to ?? [])]
  if (asked.length > 0 || flags.affected !== undefined || place.directory === '') return {}
  const components = componentsAt(place.manifest, place.directory)
  if (components.length > 0) return { components }
  throw invalid(`no component of portolan.yaml is in ${place.directory}`, {
    next: 'Name what you mean (portolan list shows all), or go to the root of the repository.',
  })
}

async function affectedOf(call: Call<ChangeFlags>, { location, manifest }: ManifestPlace) {
  const { flags, config } = call
  if (flags.affected === undefined) return undefined
  return affected({
    root: location.repositoryRoot,
    ref: flags.affected === '' ? undefined : flags.affected,
    manifest,
    cacheDirectory: cacheDirectoryOf(config, location.repositoryRoot),
    env: config.environment,
  })
}

import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { selectFrom } from '../platform/platform-selection.ts'
import { selectionText, selectsSomething } from '../platform/selection-flags.ts'
import type { ChangeFlags } from './change-flags.ts'
import type { ManifestPlace } from './change-place.ts'

export interface SelectedWorkspaces {
  /** Each with the reasons why it takes part. */
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  /** As it was typed, to be recorded. */
  readonly text: string
  /** What `--affected` compared with: "the merge base with origin/main". */
  readonly base: string | undefined
}

/**
 * The workspaces that a change is about: those that flags and names select, without any those of the
 * directory; and orphans. None only when nothing is affected.
 * @throws AppError `invalid` when a selector matches nothing
 */
export async function selectWorkspaces(
  call: Call<ChangeFlags>,
  place: ManifestPlace,
): Promise<SelectedWorkspaces> {
  const { flags, args } = call
  const orphans = new Map(
    (flags.orphan ?? []).map((name) => [name, ['not in the manifest any more']]),
  )
  const typed = [selectionText(flags, args), ...[...orphans.keys()].map((one) => `--orphan ${one}`)]
  const text = typed.filter((part) => part !== '').join(' ')
  if (orphans.size > 0 && !selectsSomething(flags, args)) {
    return { workspaces: orphans, text, base: undefined }
  }
  const { names, because, byDirectory, affected } = await selectFrom(call, place)
  // Whoever stands beside the components has to say that everything is meant.
  if (!byDirectory && place.directory !== '' && !selectsComponents(call)) {
    throw invalid(`no component of portolan.yaml is in ${place.directory}`, {
      next: 'Name what you mean (portolan list shows all), or go to the root of the repository.',
    })
  }
  // That somebody selected it is no reason that anybody has to be told.
  const reasons = (name: string) => (because.get(name) ?? []).filter((one) => one !== 'selected')
  const selected = [...names].map((name) => [name, reasons(name)] as const)
  return {
    workspaces: new Map([...selected, ...orphans]),
    text: text === '' ? place.directory : text,
    base: affected?.base.what,
  }
}

function selectsComponents({ flags, args }: Call<ChangeFlags>): boolean {
  const { environment: _, ...others } = flags
  return selectsSomething(others, args)
}

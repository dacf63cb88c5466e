import { findByAtlantis, type Manifest, type Selection } from '../../manifest/index.ts'
import { invalid } from '../../platform/errors.ts'
import type { CommandSelection } from '../../pull-requests/index.ts'

/** Nothing is named: all that the pull request affects is meant. */
export function isWhole(selection: CommandSelection): boolean {
  const { environments, components, directory, terraformWorkspace, project } = selection
  const isNamed =
    directory !== undefined || terraformWorkspace !== undefined || project !== undefined
  return environments.length === 0 && components.length === 0 && !isNamed
}

/** Where names are looked up. */
export interface Names {
  /** What Atlantis's flags are about; undefined where it cannot be read. */
  readonly manifest: Manifest | undefined
  readonly all: readonly {
    readonly name: string
    readonly component: string
    readonly environment: string
  }[]
  /** Finds the ones that are named. @throws AppError `invalid` with the nearest */
  select(wish: Pick<Selection, 'components' | 'environments'>): readonly string[]
}

/**
 * The workspaces that a command names.
 * @throws AppError `invalid` when it names nothing that is there: nothing is ever meant instead
 */
export function namesIn(selection: CommandSelection, names: Names): readonly string[] {
  const { environments, components, directory, terraformWorkspace, project } = selection
  const here = names.select({ components, environments })
  if (directory === undefined && terraformWorkspace === undefined && project === undefined) {
    return here
  }
  const there = new Set(
    names.manifest === undefined
      ? []
      : findByAtlantis(names.manifest, { directory, terraformWorkspace, project }),
  )
  const found = here.filter((name) => there.has(name))
  if (found.length > 0) return found
  const shown = names.all.slice(0, 10).map(({ name }) => name)
  throw invalid('nothing of it has this directory, workspace or project', {
    next: shown.length === 0 ? 'Name others.' : `There is: ${shown.join(', ')}`,
  })
}

import type { ModuleDescription } from './describe-file.ts'

/** Whether a workspace may be planned without its existing state being taken over first. */
export type Adoption =
  | { readonly kind: 'none' }
  /** Planning now would create everything a second time. */
  | { readonly kind: 'needed'; readonly reason: string; readonly ways: readonly string[] }

const ways = [
  'Run `portolan state import` to take the state over: Portolan keeps it from then on.',
  'Or set `state: own` for the component: its own backend is kept, and Portolan records a copy after each apply.',
] as const

/**
 * An existing state is adopted, never ignored: a workspace of which Portolan has no version, in a
 * module that keeps its state elsewhere or has a local state file, is refused.
 */
export function checkAdoption(
  description: ModuleDescription,
  workspace: { readonly hasVersions: boolean; readonly terraformWorkspace: string },
): Adoption {
  if (workspace.hasVersions) return { kind: 'none' }
  const { backend, initialised, directory, localStates } = description
  if (backend.kind === 'cloud') {
    return needed(`${directory} keeps its state in HCP Terraform (its \`cloud\` block)`)
  }
  if (backend.kind === 'backend' && backend.type !== 'local') {
    return needed(`${directory} keeps its state in its own backend "${backend.type}"`)
  }
  if (initialised !== undefined && initialised !== 'local') {
    return needed(
      `${directory} was initialised with the backend "${initialised}", which may hold its state`,
    )
  }
  const local = localStates.find(
    (state) => state.terraformWorkspace === workspace.terraformWorkspace,
  )
  return local === undefined ? { kind: 'none' } : needed(`${local.file} already holds a state`)
}

function needed(what: string): Adoption {
  return { kind: 'needed', reason: `${what}, and Portolan has recorded none yet`, ways }
}

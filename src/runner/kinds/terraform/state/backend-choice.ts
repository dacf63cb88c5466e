import type { BackendType } from '../../../../engines/index.ts'

/** What is known, before or after planning, of how much an apply will write. */
export interface ExpectedWrites {
  readonly terraformWorkspace: string
  /** Bytes of the state now. */
  readonly stateSize: number
  /** Resources that will be in the state, or are. */
  readonly resources: number
  /** Resources that the apply may change. */
  readonly changes: number
}

// What `terraform_data` needs in a state; real resources need more, and then the state says so.
const bytesPerResource = 650

/**
 * Bytes that the local backend may write in one apply. Measured with `terraform_data`, creating, on
 * two busy cores, local against http: 100 resources 0.8 s and 0.3 s, 200 (25 MB) 3.0 s and 0.7 s,
 * 400 8.8 s and 1.0 s, 1,000 18 s and 2.0 s. Below it the certainty of seeing each step is worth
 * more: resources that take seconds to make hide the cost.
 */
const mostBytes = 20_000_000

/**
 * Where Terraform shall keep the state while it works. The local backend rewrites the whole file
 * for each resource: whoever looks sees every step, but it is quadratic. `http`, to the runner
 * itself, is told at most every 20 seconds; it knows no workspaces but the default one.
 */
export function chooseBackend(expected: ExpectedWrites): BackendType {
  if (expected.terraformWorkspace !== 'default') return 'local'
  const size = Math.max(expected.stateSize, expected.resources * bytesPerResource)
  return size * expected.changes > mostBytes ? 'http' : 'local'
}

import type { Cause } from '../state-version.ts'

/** The `Operation` of a lock that Terraform takes, by the command that takes it. */
const causes: Readonly<Record<string, Cause>> = {
  OperationTypeApply: 'client',
  OperationTypeRefresh: 'refresh',
  // `import` and whatever else has no name of its own.
  OperationTypeInvalid: 'import',
  import: 'import',
  'state-push': 'push',
  'state-mv': 'mv',
  'state-rm': 'rm',
  'state-replace-provider': 'mv',
  taint: 'taint',
  untaint: 'taint',
  // `init` that brings a state from another backend.
  'migration destination state': 'adopt',
}

/** Why a state is written under a lock that was taken for `operation`; undefined without a lock. */
export function causeOf(operation: string | undefined): Cause {
  return causes[operation ?? ''] ?? 'client'
}

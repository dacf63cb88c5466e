import type { Command } from 'commander'
import type { PlanChangeRequest } from '../../app/changes/change-requests.ts'
import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { type SelectionFlags, selectionOptions } from '../platform/selection-flags.ts'
import { collect, collectInOrder } from '../registry/command.ts'
import { type ApprovalFlags, parallelismOf, type RunFlags } from '../run/run-flags.ts'
import { requireCount } from '../typed.ts'

/** Flags of `plan`, `apply` and `destroy`: of a change, or of the run in one root module. */
export interface ChangeFlags
  extends SelectionFlags,
    Omit<RunFlags, 'environment' | 'component'>,
    ApprovalFlags,
    WorkFlags {
  readonly set?: readonly string[]
  readonly reason?: string
  readonly force?: boolean
  /** A component that is no longer in the manifest. */
  readonly orphan?: readonly string[]
}

/** How a change is worked off. */
export interface WorkFlags {
  readonly parallel?: string
  readonly failFast?: boolean
}

export function changeOptions(command: Command): Command {
  return selectionOptions(
    workOptions(
      command
        .option('--set <name=value>', 'a value above all layers; it is recorded', collect)
        .option('--reason <text>', "why (default: the commit's subject)")
        .option('--force', '`once` components and unchanged jobs run again'),
    ),
  )
}

export function workOptions(command: Command): Command {
  return command
    .option('--parallel <number>', 'how many components at once')
    .option('--fail-fast', 'begin nothing more after a failure')
}

const TERRAFORM = 'As in Terraform (* only without a portolan.yaml):'

/** Flags as Terraform has them. */
export function terraformOptions(command: Command): Command {
  const inOrder = collectInOrder()
  return command
    .optionsGroup(TERRAFORM)
    .option('--var <name=value>', "* an input variable's value", inOrder)
    .option('--var-file <file>', '* a file of input variables; of two the later counts', inOrder)
    .option('--target <address>', 'of one workspace: only this resource and what it needs', collect)
    .option('--replace <address>', 'of one workspace: replace this resource', collect)
    .option('--parallelism <number>', 'how much Terraform does at once (default: 10)')
    .option('--no-refresh', 'do not read reality first (also: -refresh=false)')
    .optionsGroup('')
}

export function refreshOnlyOption(command: Command): Command {
  return command
    .optionsGroup(TERRAFORM)
    .option('--refresh-only', '* only record what reality changed')
    .optionsGroup('')
}

export function detailedOption(command: Command): Command {
  return command.option('--detailed-exitcode', 'exit with 2 when there are changes')
}

export function approvalOptions(command: Command): Command {
  return command
    .option('--auto-approve', 'do not ask')
    .option('--override <reason>', 'allow the end of protected resources, with the reason')
}

/** `--parallel`, read. @throws AppError `invalid` */
export function parallelOf(flags: WorkFlags): number | undefined {
  return flags.parallel === undefined ? undefined : requireCount(flags.parallel, '--parallel')
}

/** `--set name=value`, read; of two of one name the later counts. @throws AppError `invalid` */
export function setOf(flags: Pick<ChangeFlags, 'set'>): Record<string, string> {
  const pairs = (flags.set ?? []).map((text, index) => {
    const equals = text.indexOf('=')
    if (equals > 0) return [text.slice(0, equals).trim(), text.slice(equals + 1)] as const
    throw invalid(`--set number ${index + 1} is not written name=value`, {
      next: "Write --set 'replicas=3'; of a nested value its path: --set 'api.replicas=3'.",
    })
  })
  return Object.fromEntries(pairs)
}

/** The same call, of one root module: what only a manifest gives a meaning is refused. */
export function asModuleCall(call: Call<ChangeFlags>): Call<RunFlags & ApprovalFlags> {
  const { flags, args } = call
  const [flag] = platformFlagsIn(flags)
  if (flag !== undefined) {
    throw invalid(`${flag} needs a portolan.yaml: this is one root module`, {
      next: 'portolan init   writes one for the root modules of this repository',
    })
  }
  const [environment, ...more] = flags.environment ?? []
  if (more.length > 0 || args.length > 1) {
    throw invalid('several workspaces at once need a portolan.yaml', {
      next: 'portolan init   writes one for the root modules of this repository',
    })
  }
  const { component: _, ...others } = flags
  return { ...call, flags: { ...others, environment } }
}

function platformFlagsIn(flags: ChangeFlags): string[] {
  const given: [string, unknown][] = [
    ['-c', flags.component],
    ['--tag', flags.tag],
    ['--affected', flags.affected],
    ['--to', flags.to],
    ['--with-deps', flags.withDeps],
    ['--with-dependents', flags.withDependents],
    ['--set', flags.set],
    ['--reason', flags.reason],
    ['--force', flags.force],
    ['--orphan', flags.orphan],
    ['--parallel', flags.parallel],
    ['--fail-fast', flags.failFast],
  ]
  return given.filter(([, value]) => value !== undefined).map(([name]) => name)
}

/**
 * What flags of Terraform's make each run of a change do otherwise than usual. Inputs come from the
 * manifest alone; what narrows a plan down to resources is for a single workspace.
 * @throws AppError `invalid`
 */
export function runOptionsOf(
  flags: ChangeFlags,
  { workspaces }: { readonly workspaces: number },
): Pick<PlanChangeRequest, 'runs'> {
  refuseInputs(flags)
  const narrowing = flags.target !== undefined ? '-target' : '-replace'
  if ((flags.target !== undefined || flags.replace !== undefined) && workspaces !== 1) {
    throw invalid(`${narrowing} is for a single workspace, and ${workspaces} are selected`, {
      next: `Name the one that is meant: portolan plan NAME@ENVIRONMENT ${narrowing} ADDRESS`,
    })
  }
  const parallelism = parallelismOf(flags)
  return {
    runs: {
      ...(flags.target === undefined ? {} : { targets: flags.target }),
      ...(flags.replace === undefined ? {} : { replace: flags.replace }),
      ...(flags.refresh === false ? { refresh: false } : {}),
      ...(parallelism === undefined ? {} : { parallelism }),
    },
  }
}

function refuseInputs(flags: ChangeFlags): void {
  if (flags.var !== undefined || flags.varFile !== undefined) {
    throw invalid(`${flags.var === undefined ? '-var-file' : '-var'} is for a root module alone`, {
      next: 'Write the value into `inputs` of the component, or give one of `values` with --set name=value.',
    })
  }
  if (flags.refreshOnly === true) {
    throw invalid('-refresh-only is for a root module alone', {
      next: 'portolan plan   shows what reality changed together with what is to be done',
    })
  }
}

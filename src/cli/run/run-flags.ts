import type { GivenInput } from '../../engines/index.ts'
import { invalid } from '../../platform/errors.ts'
import type { Operation } from '../../runs/index.ts'
import type { Placed } from '../registry/command.ts'
import { requireCount } from '../typed.ts'
import type { EnvironmentFlags } from '../workspace/place.ts'

/** Flags of `plan`, `apply` and `destroy`. */
export interface RunFlags extends EnvironmentFlags {
  readonly var?: readonly Placed[]
  readonly varFile?: readonly Placed[]
  readonly target?: readonly string[]
  readonly replace?: readonly string[]
  readonly parallelism?: string
  readonly refresh?: boolean
  readonly refreshOnly?: boolean
  readonly destroy?: boolean
  readonly detailedExitcode?: boolean
}

export interface ApprovalFlags {
  readonly autoApprove?: boolean
  readonly override?: string
}

/** @throws AppError `invalid` for flags that contradict one another */
export function operationOf(flags: RunFlags): Operation {
  if (flags.destroy === true && flags.refreshOnly === true) {
    throw invalid('--destroy and --refresh-only contradict one another')
  }
  if (flags.refreshOnly === true && flags.refresh === false) {
    throw invalid('--refresh-only without a refresh would do nothing')
  }
  if (flags.destroy === true) return 'destroy'
  return flags.refreshOnly === true ? 'refresh' : 'apply'
}

/**
 * What `-var name=value` and `-var-file` give, in the order of the command line; of a file its path
 * as it was written. Messages never hold a value.
 * @throws AppError `invalid`
 */
export function givenInputs(flags: Pick<RunFlags, 'var' | 'varFile'>): GivenInput[] {
  const values = (flags.var ?? []).map(({ value, at }, index) => ({
    at,
    input: readVariable(value, index + 1),
  }))
  const files = (flags.varFile ?? []).map(({ value, at }) => ({
    at,
    input: { kind: 'file', file: value, names: undefined } as const,
  }))
  return [...values, ...files].sort((a, b) => a.at - b.at).map(({ input }) => input)
}

function readVariable(text: string, number: number): GivenInput {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(0, equals)).trim()
  if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) {
    return { kind: 'value', name, value: text.slice(equals + 1) }
  }
  throw invalid(`-var number ${number} is not written name=value`, {
    next: "Write -var 'name=value'.",
  })
}

/** @throws AppError `invalid` */
export function parallelismOf(flags: Pick<RunFlags, 'parallelism'>): number | undefined {
  return flags.parallelism === undefined
    ? undefined
    : requireCount(flags.parallelism, '-parallelism')
}

/** Flags that only make sense when something is planned; with a run's number they are refused. */
export function planningFlagsIn(flags: RunFlags): string[] {
  const given: [string, unknown][] = [
    ['-var', flags.var],
    ['-var-file', flags.varFile],
    ['-target', flags.target],
    ['-replace', flags.replace],
    ['-refresh=false', flags.refresh === false ? true : undefined],
    ['-refresh-only', flags.refreshOnly],
    ['-destroy', flags.destroy],
    ['-e', flags.environment],
  ]
  return given.filter(([, value]) => value !== undefined).map(([name]) => name)
}

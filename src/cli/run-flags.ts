import path from 'node:path'
import { invalid } from '../platform/errors.ts'
import type { Operation } from '../runs/index.ts'
import type { EnvironmentFlags } from './place.ts'

/** Flags of `plan`, `apply` and `destroy`. */
export interface RunFlags extends EnvironmentFlags {
  readonly var?: readonly string[]
  readonly varFile?: readonly string[]
  readonly target?: readonly string[]
  readonly replace?: readonly string[]
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
 * Values of `-var name=value`, the last of a name counting. Messages never hold a value.
 * @throws AppError `invalid`
 */
export function parseVariables(given: readonly string[] = []): Record<string, string> {
  const entries = given.map((text, at): [string, string] => {
    const equals = text.indexOf('=')
    const name = text.slice(0, Math.max(0, equals)).trim()
    if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return [name, text.slice(equals + 1)]
    throw invalid(`-var number ${at + 1} is not written name=value`, {
      next: "Write -var 'name=value'.",
    })
  })
  return Object.fromEntries(entries)
}

/** Files of `-var-file`, relative to the directory that the command acts on, absolute. */
export function variableFilesOf(directory: string, given: readonly string[] = []): string[] {
  return given.map((file) => path.resolve(directory, file))
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

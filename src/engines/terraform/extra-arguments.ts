import { invalid } from '../../platform/errors.ts'

/** More arguments for a command of Terraform's, sorted by what they do. */
export interface ExtraArguments {
  /** Values of `-var`. */
  readonly variables: Readonly<Record<string, string>>
  /** Files of `-var-file`, as written. */
  readonly variableFiles: readonly string[]
  readonly targets: readonly string[]
  readonly replace: readonly string[]
  /** Undefined when nothing is said of it. */
  readonly refresh: boolean | undefined
  readonly parallelism: number | undefined
  /** Given to the command as they are. */
  readonly plain: readonly string[]
}

export type ExtraCommand = 'init' | 'plan' | 'apply'

const withValue: Readonly<Record<ExtraCommand, ReadonlySet<string>>> = {
  init: new Set(['-backend-config', '-lock-timeout', '-lockfile']),
  plan: new Set([
    '-var',
    '-var-file',
    '-target',
    '-replace',
    '-refresh',
    '-parallelism',
    '-lock-timeout',
  ]),
  apply: new Set(['-parallelism', '-lock-timeout']),
}

// Whether they stand there or not: what they ask for is so in any case.
const needless: Readonly<Record<ExtraCommand, ReadonlySet<string>>> = {
  init: new Set(['-input', '-no-color', '-reconfigure', '-backend', '-get']),
  plan: new Set(['-input', '-no-color', '-detailed-exitcode', '-compact-warnings', '-lock']),
  apply: new Set(['-input', '-no-color', '-auto-approve', '-compact-warnings', '-lock']),
}

const flags: Readonly<Record<ExtraCommand, ReadonlySet<string>>> = {
  init: new Set(['-upgrade']),
  plan: new Set(),
  apply: new Set(),
}

/**
 * Reads arguments as Terraform would: `-target=x`, `--target=x`, `-target x`.
 * @throws AppError `invalid` for one that is not taken: it would change where the state is, what is
 *   planned into which file, or nobody knows it
 */
export function readExtraArguments(
  command: ExtraCommand,
  given: readonly string[],
): ExtraArguments {
  const found = new Collected()
  for (let at = 0; at < given.length; at += 1) {
    const argument = given[at] ?? ''
    const [, name = '', equals, written = ''] = /^-?(-[a-z-]+)(=?)(.*)$/s.exec(argument) ?? []
    if (equals === '' && written !== '') throw refused(command, argument)
    if (needless[command].has(name)) continue
    if (flags[command].has(name)) {
      found.plain.push(argument)
      continue
    }
    if (!withValue[command].has(name)) throw refused(command, name === '' ? argument : name)
    const isAlone = equals === '' && name !== '-refresh'
    if (isAlone) at += 1
    const value = isAlone ? given[at] : written
    if (value === undefined) throw invalid(`${name} has no value`, { next: `Write ${name}=…` })
    found.add(name, value)
  }
  return found
}

class Collected implements ExtraArguments {
  readonly variables: Record<string, string> = {}
  readonly variableFiles: string[] = []
  readonly targets: string[] = []
  readonly replace: string[] = []
  readonly plain: string[] = []
  refresh: boolean | undefined
  parallelism: number | undefined

  add(name: string, value: string): void {
    if (name === '-var') this.#variable(value)
    else if (name === '-var-file') this.#file(value)
    else if (name === '-target') this.targets.push(value)
    else if (name === '-replace') this.replace.push(value)
    else if (name === '-refresh') this.refresh = value !== 'false'
    else if (name === '-parallelism') this.#parallel(value)
    else this.plain.push(`${name}=${value}`)
  }

  #variable(value: string): void {
    const at = value.indexOf('=')
    if (at < 1) throw invalid(`-var ${value} gives no value`, { next: 'Write -var NAME=VALUE.' })
    this.variables[value.slice(0, at).trim()] = value.slice(at + 1)
  }

  #file(value: string): void {
    const [first] = Object.keys(this.variables)
    if (first !== undefined) {
      throw invalid(`-var ${first} stands before -var-file ${value}`, {
        next: 'Write -var after it: here it counts more than any file.',
      })
    }
    this.variableFiles.push(value)
  }

  #parallel(value: string): void {
    if (!/^[1-9]\d{0,3}$/.test(value)) throw invalid(`-parallelism=${value} is no number`)
    this.parallelism = Number(value)
  }
}

const ours =
  /^-(state|state-out|backup|out|chdir|plugin-dir|backend-config|migrate-state|force-copy)$/

function refused(command: ExtraCommand, argument: string) {
  const why = ours.test(argument)
    ? 'where the state and the plan are is not for an argument to say'
    : `it is none of those that ${command} takes here: ${[...withValue[command], ...flags[command]].join(', ')}`
  return invalid(`the argument ${argument} is refused: ${why}`, { next: 'Leave it out.' })
}

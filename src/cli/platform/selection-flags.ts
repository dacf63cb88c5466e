import type { Command } from 'commander'
import type { Selection } from '../../manifest/index.ts'
import { collect } from '../registry/command.ts'

/** Flags that select workspaces of a manifest; several kinds of them narrow one another. */
export interface SelectionFlags {
  readonly environment?: readonly string[]
  readonly component?: readonly string[]
  readonly tag?: readonly string[]
  /** Empty: against the base that git knows. */
  readonly affected?: string
  readonly to?: readonly string[]
  readonly withDeps?: boolean
  readonly withDependents?: boolean
}

/** Adds the flags that select workspaces. */
export function selectionOptions(command: Command): Command {
  return command
    .optionsGroup('Which workspaces (of a portolan.yaml):')
    .option('-e, --environment <name>', 'in this environment (may be given again)', collect)
    .option('-c, --component <name>', 'of this component (may be given again)', collect)
    .option('--tag <name>', 'of components with this tag', collect)
    .option('--affected [=ref]', 'what changed since a commit (default: since the main branch)')
    .option('--to <name>', 'this one with everything that it needs', collect)
    .option('--with-deps', 'and everything that the selected ones need')
    .option('--with-dependents', 'and everything that needs the selected ones')
    .optionsGroup('')
}

/** What the flags and the names behind the command ask for; `affected` is looked up elsewhere. */
export function selectionOf(
  flags: SelectionFlags,
  names: readonly string[],
): Omit<Selection, 'affected'> {
  return {
    ...(names.length === 0 ? {} : { names }),
    ...(flags.component === undefined ? {} : { components: flags.component }),
    ...(flags.environment === undefined ? {} : { environments: flags.environment }),
    ...(flags.tag === undefined ? {} : { tags: flags.tag }),
    ...(flags.to === undefined ? {} : { to: flags.to }),
    withDependencies: flags.withDeps === true,
    withDependents: flags.withDependents === true,
  }
}

/** The selection as it was typed, to be recorded: `db -e prod --affected=main`. */
export function selectionText(flags: SelectionFlags, names: readonly string[]): string {
  const each = (flag: string, values: readonly string[] = []) =>
    values.map((value) => `${flag} ${value}`)
  return [
    ...names,
    ...each('-e', flags.environment),
    ...each('-c', flags.component),
    ...each('--tag', flags.tag),
    ...(flags.affected === undefined
      ? []
      : [flags.affected === '' ? '--affected' : `--affected=${flags.affected}`]),
    ...each('--to', flags.to),
    ...(flags.withDeps === true ? ['--with-deps'] : []),
    ...(flags.withDependents === true ? ['--with-dependents'] : []),
  ].join(' ')
}

/** A flag that selects was given, or a name. */
export function selectsSomething(flags: SelectionFlags, names: readonly string[]): boolean {
  return selectionText(flags, names) !== ''
}

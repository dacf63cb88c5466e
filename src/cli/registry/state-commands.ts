import type { Command } from 'commander'
import { addCommand, addGroup, type OnExit } from './command.ts'
import { environmentOption, listOptions } from './run-commands.ts'

const withReason = (command: Command) =>
  environmentOption(command).option('--reason <text>', 'why; it is recorded')

/** Commands on recorded states and locks. */
export function addStateCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('State:')
  const state = addGroup(program, 'state', {
    summary: 'look at, compare and repair recorded states',
    description:
      'Every state that Portolan was ever given is kept as a version. These commands show and repair them.',
    examples: [
      ['portolan state history', 'the versions, who made them and why'],
      ['portolan state diff', 'what the last one changed'],
      ['portolan state import', "take over a module's existing state"],
    ],
  })
  addCommand(state, onExit, {
    usage: 'ls [filter]',
    summary: 'the resources of the current state',
    options: environmentOption,
    examples: [
      ['portolan state ls', ''],
      ['portolan state ls module.vpc', 'addresses that begin with or contain this'],
    ],
    load: () => import('../commands/state-ls.ts'),
  })
  addCommand(state, onExit, {
    usage: 'show <address>',
    summary: 'one resource, sensitive values masked',
    options: environmentOption,
    examples: [["portolan state show 'module.vpc.aws_subnet.a[0]'", '']],
    load: () => import('../commands/state-show.ts'),
  })
  addCommand(state, onExit, {
    usage: 'diff [from] [to]',
    summary: 'what changed between two versions',
    options: environmentOption,
    examples: [
      ['portolan state diff', 'the last two'],
      ['portolan state diff 3', 'from version 3 to the current one'],
      ['portolan state diff 3 5', ''],
    ],
    load: () => import('../commands/state-diff.ts'),
  })
  addCommand(state, onExit, {
    usage: 'history [workspace]',
    summary: 'the versions, newest first',
    options: listOptions,
    examples: [['portolan state history', '']],
    next: 'portolan state diff A B · portolan state pull N',
    load: () => import('../commands/state-history.ts'),
  })
  addCommand(state, onExit, {
    usage: 'rollback <version>',
    summary: 'make an old content the current state again (a repair)',
    description:
      'Writes the content of an old version as a new one. Infrastructure is not touched. To bring infrastructure back, roll the configuration back (git revert) and apply: that is usually what you want.',
    options: withReason,
    examples: [["portolan state rollback 7 --reason 'version 8 lost its outputs'", '']],
    next: 'portolan plan   shows how reality differs from the state that is current now',
    load: () => import('../commands/state-rollback.ts'),
  })
  addCommand(state, onExit, {
    usage: 'rescue',
    summary: 'what is left of rejected uploads and lost runs, and how to take it up',
    options: (command) =>
      withReason(command)
        .option('--promote <id>', 'make a rejected upload the current state')
        .option('--pull <id>', 'the exact bytes of a rejected upload, secrets included (audited)')
        .option('--dismiss <id>', 'decide that a rejected upload is not needed')
        .option(
          '--recover <run>',
          'end an unknown run: record the last state that was seen, release the lock',
        ),
    examples: [
      ['portolan state rescue', 'list what there is'],
      ["portolan state rescue --recover run-42 --reason 'laptop lost power'", ''],
      ["portolan state rescue --promote 3f2a --reason 'this apply did happen'", ''],
    ],
    next: 'portolan plan   then shows whether state and reality agree',
    load: () => import('../commands/state-rescue.ts'),
  })
  addCommand(state, onExit, {
    usage: 'import [workspace] [file]',
    summary: "take over a module's existing state, from its own backend or a file",
    options: (command) =>
      environmentOption(command).option(
        '--empty',
        'there is nothing to take over: nothing was ever applied',
      ),
    examples: [
      ['portolan state import', "with the module's own backend"],
      ['portolan state import terraform.tfstate.backup', 'from a file'],
      ['portolan state import db@dev', 'of a component of a portolan.yaml'],
      ['portolan state import --empty', 'a new module: its backend is not asked'],
    ],
    next: 'portolan plan   must then show no change',
    load: () => import('../commands/state-import.ts'),
  })
  addCommand(state, onExit, {
    usage: 'pull [version]',
    summary: 'the exact bytes of a state, secrets included (audited)',
    options: environmentOption,
    examples: [['portolan state pull > terraform.tfstate', '']],
    load: () => import('../commands/state-pull.ts'),
  })
  addCommand(state, onExit, {
    usage: 'push <file>',
    summary: 'record a state from a file',
    options: (command) =>
      withReason(command).option(
        '--force',
        'although the serial or lineage does not fit (with --reason)',
      ),
    examples: [
      ['portolan state push edited.tfstate', "its serial must be the current one's plus 1"],
    ],
    load: () => import('../commands/state-push.ts'),
  })
  addCommand(program, onExit, {
    usage: 'lock [workspace]',
    summary: 'hold a workspace: nobody applies until it is unlocked',
    options: withReason,
    examples: [["portolan lock --reason 'migrating by hand'", '']],
    next: 'portolan unlock',
    load: () => import('../commands/lock.ts'),
  })
  addCommand(program, onExit, {
    usage: 'unlock [id]',
    summary: 'release your lock, or with --force that of another',
    options: (command) =>
      withReason(command).option('--force', "take another's lock away (with --reason)"),
    examples: [
      ['portolan unlock', 'your own'],
      ["portolan unlock --force --reason 'that laptop is gone'", "another's"],
    ],
    load: () => import('../commands/unlock.ts'),
  })
  addCommand(program, onExit, {
    usage: 'rename <workspace> <name>',
    summary: 'another name for a workspace, with its state and its history',
    description:
      'When a component or an environment has another name in the manifest than when it was applied.',
    examples: [['portolan rename net@dev network@dev', '']],
    load: () => import('../commands/rename.ts'),
  })
}

import type { Command } from 'commander'
import { addCommand, type OnExit } from './command.ts'

/** Commands that look at runs and at what is deployed. */
export function addRunCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Look:')
  addCommand(program, onExit, {
    usage: 'status [workspace]',
    summary: 'what is deployed, who holds the lock, what needs a person',
    options: environmentOption,
    examples: [
      ['portolan status', 'every workspace of this repository'],
      ['portolan status network@prod', 'one of them in detail'],
    ],
    load: () => import('./commands/status.ts'),
  })
  addCommand(program, onExit, {
    usage: 'logs [run]',
    summary: 'what Terraform said',
    options: (command) =>
      environmentOption(command.option('-f, --follow', 'go on until the run ends')),
    examples: [
      ['portolan logs', 'the last run of this directory'],
      ['portolan logs run-42 -f', 'follow a run that is at work'],
    ],
    load: () => import('./commands/logs.ts'),
  })
  addCommand(program, onExit, {
    usage: 'history [workspace]',
    summary: 'the runs of a workspace, newest first',
    options: listOptions,
    examples: [
      ['portolan history', 'of this directory'],
      ['portolan history network@prod -n 50', ''],
    ],
    next: 'portolan logs run-N · portolan state history',
    load: () => import('./commands/history.ts'),
  })
  addCommand(program, onExit, {
    usage: 'outputs [name]',
    summary: 'the output values of the current state',
    options: (command) =>
      environmentOption(command)
        .option('--raw', 'the bare value of one output, for scripts')
        .option('--show-sensitive', 'do not mask sensitive values'),
    examples: [
      ['portolan outputs', 'all, sensitive ones masked'],
      ['portolan outputs address', 'one'],
      ['portolan outputs --raw address', 'only its value'],
      ['portolan outputs --json', 'as `terraform output -json`, sensitive ones masked'],
    ],
    load: () => import('./commands/outputs.ts'),
  })
}

export function environmentOption(command: Command): Command {
  return command.option(
    '-e, --environment <name>',
    "the environment (default: Terraform's selected workspace)",
  )
}

export function listOptions(command: Command): Command {
  return environmentOption(command).option('-n, --limit <count>', 'how many (default: 20)')
}

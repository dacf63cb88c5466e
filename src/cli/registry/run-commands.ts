import type { Command } from 'commander'
import { addCommand, type OnExit } from './command.ts'
import { pullRequestOption } from './pull-request-commands.ts'

/** Commands that look at runs and at what is deployed. */
export function addRunCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Look:')
  addCommand(program, onExit, {
    usage: 'status [change-or-names...]',
    summary: 'what is deployed, and what needs a person',
    description:
      'Shows what is deployed of each component in each environment, the changes that are open and what they wait for, and what is deployed though no manifest has it any more. Of a change: where each workspace stands. Of a workspace: everything.',
    options: (command) => pullRequestOption(environmentOption(command)),
    examples: [
      ['portolan status', 'the platform, or every workspace of this repository'],
      ['portolan status change-7', 'a change: where it stands and what it waits for'],
      ['portolan status --pr 7', 'the newest change of a pull request'],
      ['portolan status network@prod', 'one workspace in detail'],
      ['portolan status -e prod', 'one environment'],
    ],
    load: () => import('../commands/status.ts'),
  })
  addCommand(program, onExit, {
    usage: 'logs [run-or-workspace]',
    summary: 'what was said while it ran',
    options: (command) =>
      environmentOption(command.option('-f, --follow', 'go on until the run ends')),
    examples: [
      ['portolan logs', 'the last run of this directory'],
      ['portolan logs db@dev', 'the last run of a workspace'],
      ['portolan logs run-42 -f', 'follow a run that is at work'],
    ],
    load: () => import('../commands/logs.ts'),
  })
  addCommand(program, onExit, {
    usage: 'history [workspace]',
    summary: 'the changes, or the runs of a workspace',
    options: listOptions,
    examples: [
      ['portolan history', 'the changes; in a root module without a portolan.yaml: its runs'],
      ['portolan history network@prod -n 50', 'the runs of a workspace'],
    ],
    next: 'portolan status change-N · portolan logs run-N · portolan state history',
    load: () => import('../commands/history.ts'),
  })
  addCommand(program, onExit, {
    usage: 'outputs [workspace] [name]',
    summary: 'the output values of the current state',
    options: (command) =>
      environmentOption(command)
        .option('--raw', 'the bare value of one output, for scripts')
        .option('--env', 'as NAME=value lines for a shell; sensitive ones are left out')
        .option('--show-sensitive', 'do not mask sensitive values'),
    examples: [
      ['portolan outputs db@dev', 'all of a workspace, sensitive ones masked'],
      ['portolan outputs db@dev host', 'one'],
      ['portolan outputs address', 'one, of the component in this directory'],
      ['portolan outputs --raw address', 'only its value'],
      ['eval "$(portolan outputs db@dev --env)"', 'as variables of a shell: $HOST'],
      ['portolan outputs --json', 'as `terraform output -json`, sensitive ones masked'],
    ],
    load: () => import('../commands/outputs.ts'),
  })
}

export function environmentOption(command: Command): Command {
  return command
    .option('-e, --environment <name>', "the environment (default: Terraform's selected workspace)")
    .option('-c, --component <name>', 'the component (default: that of the directory)')
}

export function listOptions(command: Command): Command {
  return environmentOption(command).option('-n, --limit <count>', 'how many (default: 20)')
}

import type { Command } from 'commander'
import { addCommand, collect, collectInOrder, type OnExit } from './command.ts'

const APPLY_EXITS = [
  '0  done, or nothing to change',
  '1  error',
  '2  applied changes (with --detailed-exitcode)',
  '3  planned, waits for approval (nobody could be asked)',
]

/** Commands that make runs and look at them. */
export function addRunCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Change:')
  addCommand(program, onExit, {
    usage: 'plan [workspace]',
    summary: 'show what would change, and keep the plan',
    description:
      'Plans a root module with Terraform and keeps the plan as a run, to be applied later exactly as it was shown.',
    options: planOptions,
    examples: [
      ['portolan plan', 'plan the root module in this directory'],
      ['portolan -C infra/network plan -e prod', 'another directory, the environment prod'],
      ['portolan plan -var-file prod.tfvars', "flags are written as Terraform's"],
      ['portolan plan -refresh-only', 'only look what reality changed'],
    ],
    exits: [
      '0  planned, or nothing to change',
      '1  error',
      '2  there are changes (with --detailed-exitcode)',
    ],
    next: 'portolan apply run-N   approves and applies that very plan',
    load: () => import('./commands/plan.ts'),
  })
  addCommand(program, onExit, {
    usage: 'apply [run-or-workspace]',
    summary: 'plan, ask, and apply; or apply a plan that was kept',
    description:
      'Plans, shows the plan, asks, and applies that very plan. With the number of a run it applies the plan that run kept.',
    options: (command) => planOptions(approvalOptions(command)),
    examples: [
      ['portolan apply', 'plan, show, ask, apply'],
      ['portolan apply run-42', 'approve and apply the plan of run-42'],
      ['portolan apply --auto-approve', 'do not ask (for scripts)'],
      [
        "portolan apply --override 'moved to a new cluster'",
        'although protected resources are destroyed',
      ],
    ],
    exits: APPLY_EXITS,
    next: 'portolan status · portolan history · portolan state diff\nCtrl-C once lets Terraform finish what it has begun and stops.',
    load: () => import('./commands/apply.ts'),
  })
  addCommand(program, onExit, {
    usage: 'destroy [workspace]',
    summary: 'plan the end of everything in a workspace, ask, and do it',
    options: (command) => planOptions(approvalOptions(command), 'destroy'),
    examples: [
      ['portolan plan -destroy', 'only look'],
      ['portolan destroy', 'plan, show, ask, destroy'],
    ],
    exits: APPLY_EXITS,
    next: 'The history and every recorded state stay: portolan state history',
    load: () => import('./commands/destroy.ts'),
  })
  addCommand(program, onExit, {
    usage: 'cancel <run>',
    summary: 'stop a run',
    description:
      'A run that waits is cancelled at once. One that is at work ends gracefully: Terraform finishes what it has begun and the state is recorded.',
    examples: [['portolan cancel run-42', '']],
    next: 'portolan logs run-42 -f',
    load: () => import('./commands/cancel.ts'),
  })

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

function planOptions(command: Command, operation?: 'destroy'): Command {
  const inOrder = collectInOrder()
  environmentOption(command)
    .option('--var <name=value>', "an input variable's value", inOrder)
    .option('--var-file <file>', 'a file of input variables; of two the later counts', inOrder)
    .option('--target <address>', 'only this resource and what it needs', collect)
    .option('--replace <address>', 'replace this resource', collect)
    .option('--parallelism <number>', 'how much Terraform does at once (default: 10)')
    .option('--no-refresh', 'do not read reality first (also: -refresh=false)')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
  if (operation === 'destroy') return command
  return command
    .option('--refresh-only', 'only record what reality changed')
    .option('--destroy', 'plan the end of everything')
}

function approvalOptions(command: Command): Command {
  return command
    .option('--auto-approve', 'do not ask')
    .option('--override <reason>', 'allow the end of protected resources, with the reason')
}

import type { Command } from 'commander'
import {
  approvalOptions,
  changeOptions,
  detailedOption,
  refreshOnlyOption,
  terraformOptions,
  workOptions,
} from '../change/change-flags.ts'
import { addCommand, collect, type OnExit } from './command.ts'
import { pullRequestOption } from './pull-request-commands.ts'

const APPLY_EXITS = [
  '0  done, or nothing to change',
  '1  error',
  '2  applied changes (with --detailed-exitcode)',
  '3  waits for approval (a gate, or nobody could be asked)',
]

/** Commands that plan changes and carry them out. */
export function addChangeCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Change:')
  addCommand(program, onExit, {
    usage: 'plan [names...]',
    summary: 'show what would change, and keep the plan',
    description:
      'Plans the workspaces of a portolan.yaml that are selected, as one change: through what is not applied yet. In a root module without a portolan.yaml: plans that one. The plans are kept, to be applied later exactly as they were shown.',
    options: (command) =>
      refreshOnlyOption(
        terraformOptions(
          changeOptions(
            detailedOption(command).option(
              '--destroy',
              'plan the end of everything that is selected',
            ),
          ),
        ),
      ),
    examples: [
      ['portolan plan', 'everything here: the component of this directory, or those below it'],
      ['portolan plan -e dev', 'one environment'],
      ['portolan plan db@dev api', 'a workspace, and a component in all environments'],
      ['portolan plan --affected', 'what differs from the main branch, and why'],
      ['portolan plan --to api -e dev', 'api and everything that it needs'],
      ['portolan plan -var-file prod.tfvars', "a root module: flags are written as Terraform's"],
    ],
    exits: [
      '0  planned, or nothing to change',
      '1  error',
      '2  there are changes (with --detailed-exitcode)',
    ],
    next: 'portolan apply change-N (or run-N)   approves and applies what was planned',
    load: () => import('../commands/plan.ts'),
  })
  addCommand(program, onExit, {
    usage: 'apply [change-or-names...]',
    summary: 'plan, ask, and apply; or apply what was planned',
    description:
      'Plans a change (or takes the one that is named), asks for each environment as it comes, and applies in dependency order as far as gates allow. In a root module without a portolan.yaml: plans, asks and applies that one.',
    options: (command) =>
      refreshOnlyOption(
        terraformOptions(
          changeOptions(
            pullRequestOption(detailedOption(approvalOptions(command))).option(
              '--destroy',
              'end everything that is selected',
            ),
          ),
        ),
      ),
    examples: [
      ['portolan apply', 'plan, show, ask and apply, environment by environment'],
      ['portolan apply change-7', 'what change-7 planned'],
      ['portolan apply change-7 -e dev', 'no further than dev'],
      ['portolan apply --pr 7', 'what was planned last of a pull request'],
      ['portolan apply -e dev --auto-approve', 'do not ask (for scripts); gates still wait'],
      ['portolan apply run-42', 'a root module: approve and apply the plan of run-42'],
      [
        "portolan apply --override 'moved to a new cluster'",
        'although protected resources are destroyed',
      ],
    ],
    exits: APPLY_EXITS,
    next: 'portolan status · portolan resume · portolan history\nCtrl-C once lets what has begun finish, and stops.',
    load: () => import('../commands/apply.ts'),
  })
  addCommand(program, onExit, {
    usage: 'approve [change] [names...]',
    summary: 'approve the plans that a gate holds back',
    description:
      'Shows the plans of a change that wait for an approval, and approves exactly these. Whatever is planned differently later needs a new approval.',
    options: (command) =>
      pullRequestOption(environmentsOption(command))
        .option('--override <reason>', 'also the end of protected resources, with the reason')
        .option('--yes', 'do not ask'),
    examples: [
      ['portolan approve change-7', 'everything in it that waits for somebody'],
      ['portolan approve change-7 -e prod', 'of one environment'],
      ['portolan approve --pr 7', 'what was planned last of a pull request'],
      ['portolan approve change-7 db@prod --yes', 'one workspace, for scripts'],
    ],
    next: 'portolan resume change-7   goes on where it waited',
    load: () => import('../commands/approve.ts'),
  })
  addCommand(program, onExit, {
    usage: 'resume [change]',
    summary: 'go on with a change where it stopped',
    description:
      'Starts again at what failed, was cancelled or was blocked, with the same sources, and goes as far as approvals allow. Without a name: the latest open change.',
    options: (command) =>
      pullRequestOption(workOptions(environmentsOption(detailedOption(approvalOptions(command))))),
    examples: [
      ['portolan resume', 'the latest open change'],
      ['portolan resume change-7 -e staging', 'no further than staging'],
    ],
    exits: APPLY_EXITS,
    next: 'portolan status change-7   says what it waits for',
    load: () => import('../commands/resume.ts'),
  })
  addCommand(program, onExit, {
    usage: 'cancel [change-or-run]',
    options: pullRequestOption,
    summary: 'stop a change or a run',
    description:
      'What waits is cancelled at once. What is at work ends gracefully: what has begun is finished, and the state is recorded.',
    examples: [
      ['portolan cancel change-7', ''],
      ['portolan cancel run-42', ''],
    ],
    next: 'portolan status change-7 · portolan logs run-42 -f',
    load: () => import('../commands/cancel.ts'),
  })
  addCommand(program, onExit, {
    usage: 'destroy [names...]',
    summary: 'plan the end of what is selected, ask, do it',
    description:
      'In reverse order: what needs something goes before it. Components with `protect: true` and environments whose gate denies it are refused. In a root module without a portolan.yaml: that one.',
    options: (command) =>
      terraformOptions(
        changeOptions(
          detailedOption(approvalOptions(command)).option(
            '--orphan <name>',
            'a workspace that the manifest has no longer: from the commit that last applied it',
            collect,
          ),
        ),
      ),
    examples: [
      ['portolan plan -destroy', 'only look'],
      ['portolan destroy -e dev', 'a whole environment'],
      ['portolan destroy --orphan search@dev', 'what is left of a removed component'],
    ],
    exits: APPLY_EXITS,
    next: 'The history and every recorded state stay: portolan state history',
    load: () => import('../commands/destroy.ts'),
  })
}

function environmentsOption(command: Command): Command {
  return command.option(
    '-e, --environment <name>',
    'only this environment (may be given again)',
    collect,
  )
}

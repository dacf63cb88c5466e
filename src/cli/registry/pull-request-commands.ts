import type { Command } from 'commander'
import { addCommand, addGroup, type OnExit } from './command.ts'

/** Commands around pull requests; only a server has any. */
export function addPullRequestCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Propose:')
  addCommand(program, onExit, {
    usage: 'propose',
    summary: 'push what is committed, and open a pull request of it',
    description:
      'Pushes the branch with your own git, opens a pull request of it on the server, and shows its plan. On the main branch a new branch is made of the newest commit. Once more from the same branch: what is new is pushed, and planned again. Where the repository is on GitHub, GitLab or Gitea, pull requests are opened there.',
    options: (command) =>
      detachOption(
        command
          .option('--title <title>', 'what it is for (default: what its first commit says)')
          .option('--body <text>', 'more about it')
          .option('--draft', 'not planned until somebody says so')
          .option('--base <branch>', "where it shall be merged (default: the project's branch)")
          .option('--branch <name>', 'the branch to push it as'),
      ),
    examples: [
      ['portolan propose', 'the branch that is checked out'],
      ["portolan propose --title 'A bigger database'", ''],
      ['portolan propose --draft --detach', 'not planned yet, and not waited for'],
    ],
    exits: ['0  proposed and planned', '1  error', '2  there are changes (--detailed-exitcode)'],
    next: 'portolan pr list · portolan approve --pr 7 · portolan apply --pr 7',
    load: () => import('../commands/propose.ts'),
  })
  const group = addGroup(program, 'pull-request', {
    summary: 'pull requests: pr list, show, comment, merge, close, reopen, plan',
    description:
      'Pull requests of the repository here, as the server knows them. `pr` is the same word. A pull request is named by its number: 7 or #7 (in quotes, for a shell).',
    examples: [
      ['portolan pr list', ''],
      ['portolan pr show 7', 'where it stands and what was said'],
      ["portolan pr comment 7 'portolan apply -e dev'", 'a command, as on any host'],
    ],
  }).alias('pr')
  addCommand(group, onExit, {
    usage: 'list',
    summary: 'the pull requests, newest first, and where they stand',
    options: (command) =>
      command
        .option('--status <status>', 'open, merged, closed or all (default: open)')
        .option('-n, --limit <count>', 'how many (default: 20)'),
    examples: [['portolan pr list --status merged', '']],
    load: () => import('../commands/pull-request-list.ts'),
  })
  addCommand(group, onExit, {
    usage: 'show <number>',
    summary: 'where a pull request stands, and what was said',
    examples: [['portolan pr show 7', '']],
    load: () => import('../commands/pull-request-show.ts'),
  })
  addCommand(group, onExit, {
    usage: 'comment <number> <text...>',
    summary: 'say something; a command when it begins with portolan',
    examples: [["portolan pr comment 7 'portolan approve -e prod'", '']],
    load: () => import('../commands/pull-request-comment.ts'),
  })
  addCommand(group, onExit, {
    usage: 'merge <number>',
    summary: 'merge what is applied; else it is merged by itself',
    options: (command) => command.option('--method <method>', 'merge, squash or rebase'),
    examples: [['portolan pr merge 7 --method squash', '']],
    load: () => import('../commands/pull-request-merge.ts'),
  })
  addCommand(group, onExit, {
    usage: 'close <number>',
    summary: 'close it; what was planned of it is over',
    examples: [['portolan pr close 7', '']],
    load: () => import('../commands/pull-request-close.ts'),
  })
  addCommand(group, onExit, {
    usage: 'reopen <number>',
    summary: 'open it again',
    examples: [['portolan pr reopen 7', '']],
    load: () => import('../commands/pull-request-reopen.ts'),
  })
  addCommand(group, onExit, {
    usage: 'plan <number>',
    summary: 'look at it again; plan a draft or a fork',
    options: detachOption,
    examples: [['portolan pr plan 7', '']],
    load: () => import('../commands/pull-request-plan.ts'),
  })
}

function detachOption(command: Command): Command {
  return command
    .option('--detach', 'do not wait for the plan')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
}

/** For commands that act on a change. */
export function pullRequestOption(command: Command): Command {
  return command.option('--pr <number>', 'the newest change of a pull request')
}

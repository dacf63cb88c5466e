import type { Command } from 'commander'
import { addCommand, type OnExit } from './command.ts'
import { selectionOptions } from './selection-flags.ts'

/** Commands that read the manifest and nothing else: no cloud, no Terraform, no database. */
export function addPlatformCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Platform:')
  addCommand(program, onExit, {
    usage: 'list [names...]',
    summary: 'the components, and in which environments they are',
    description:
      'Lists the components of portolan.yaml, a column for each environment: `–` where a component does not exist, `skipped` where its `when` is false. Without a portolan.yaml: the root modules that were found.',
    options: (command) =>
      selectionOptions(command.option('--why', 'each workspace with the reasons, one to a line')),
    examples: [
      ['portolan list', 'all components; inside a component: that one'],
      ['portolan list -e prod --tag data', 'those with a tag, in one environment'],
      ['portolan list --affected --why', 'what differs from the main branch, and why'],
      ['portolan list --to api@dev', 'api in dev and everything that it needs'],
    ],
    next: 'portolan graph · portolan explain COMPONENT@ENVIRONMENT',
    load: () => import('./commands/list.ts'),
  })
  addCommand(program, onExit, {
    usage: 'graph [names...]',
    summary: 'what needs what, in the order in which it is applied',
    description:
      'Shows the workspaces as a tree: each stands below the last of what it needs, and beside it stands what it needs, with the outputs that it reads (without outputs, only the order counts).',
    options: (command) =>
      selectionOptions(
        command.option('--format <name>', 'text, dot (for Graphviz) or json (default: text)'),
      ),
    examples: [
      ['portolan graph', 'all environments; those that are alike are shown once'],
      ['portolan graph -e prod', 'one environment'],
      ['portolan graph --to api@dev', 'what api needs in dev'],
      ['portolan graph -e dev --format dot | dot -Tsvg > graph.svg', 'as a picture'],
    ],
    load: () => import('./commands/graph.ts'),
  })
  addCommand(program, onExit, {
    usage: 'affected [ref]',
    summary: 'the workspaces that differ from a commit, and why',
    description:
      "Compares the working tree, uncommitted and new files included, with the merge base of a commit and HEAD. Without a commit: of the remote's main branch; in a repository that has none: with HEAD.",
    options: (command) =>
      command
        .option('--why', 'every reason, one to a line')
        .option('--with-dependents', 'and everything that needs them'),
    examples: [
      ['portolan affected', 'what this branch changes'],
      ['portolan affected HEAD~1 --why', 'what the last commit changed, every reason'],
      ['portolan affected --json', 'for scripts'],
    ],
    next: 'portolan plan --affected',
    load: () => import('./commands/affected.ts'),
  })
}

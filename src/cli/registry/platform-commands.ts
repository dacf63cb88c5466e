import type { Command } from 'commander'
import { selectionOptions } from '../platform/selection-flags.ts'
import { addCommand, collect, type OnExit } from './command.ts'

/** Commands that read the manifest and nothing else: no cloud, no Terraform, no database. */
export function addPlatformCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Platform:')
  addCommand(program, onExit, {
    usage: 'init',
    summary: 'write a first portolan.yaml of what is found',
    description:
      'Writes a portolan.yaml that says what is there: the root modules of this repository, the workspaces of Terraform that have left a trace, or what an atlantis.yaml (version 3) says. It is never written over.',
    options: (command) => command.option('--dry-run', 'only print it'),
    examples: [
      ['portolan init --dry-run', 'look first'],
      ['portolan init', 'write it at the root of the repository'],
    ],
    next: 'portolan validate · portolan graph · portolan plan',
    load: () => import('../commands/init.ts'),
  })
  addCommand(program, onExit, {
    usage: 'validate',
    summary: 'everything that is wrong with portolan.yaml',
    description:
      'Reads portolan.yaml and what it includes, and tells everything that is wrong at once, each with its line. It asks neither Terraform nor a cloud nor the database.',
    options: (command) =>
      command.option('--schema', 'print the JSON Schema of portolan.yaml, for editors'),
    examples: [
      ['portolan validate', ''],
      ['portolan validate --json', 'for scripts: the problems are in details.problems'],
      ['portolan validate --schema > portolan.schema.json', 'for an editor without network'],
    ],
    exits: ['0  it is right', '1  it is not, or there is none'],
    load: () => import('../commands/validate.ts'),
  })
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
    load: () => import('../commands/list.ts'),
  })
  addCommand(program, onExit, {
    usage: 'explain <workspace> [path]',
    summary: 'every input and value of a workspace, and where it comes from',
    description:
      'Shows what a workspace is resolved to: its inputs, values, hooks and files, each with its layer and its line. Outputs of others are not looked up: they stand as `(from db: host)`.',
    options: (command) =>
      command
        .option('-e, --environment <name>', 'in this environment')
        .option('--set <name=value>', 'a value above all layers', collect),
    examples: [
      ['portolan explain api@prod', 'all of it'],
      [
        'portolan explain api@prod inputs.database',
        'a part of it, with what lies below each value',
      ],
      ['portolan explain api@prod replicas --set replicas=3', 'what it would be'],
    ],
    exits: ['0  all of it can be evaluated', '1  some of it cannot'],
    load: () => import('../commands/explain.ts'),
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
    load: () => import('../commands/graph.ts'),
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
    load: () => import('../commands/affected.ts'),
  })
}

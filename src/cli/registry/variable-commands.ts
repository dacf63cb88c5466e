import type { Command } from 'commander'
import { addCommand, addGroup, type OnExit } from './command.ts'

/** Commands around what the runs of a server are given. */
export function addVariableCommands(program: Command, onExit: OnExit): void {
  const variable = addGroup(program, 'variable', {
    summary: 'variables and credentials for the runs of a server',
    description:
      "Variables for the runs of a server: Terraform's inputs, and the environment of its programs. Values are kept sealed, masked in everything that is shown, and never shown again. What is no secret belongs in portolan.yaml.",
    examples: [
      ['portolan variable set AWS_SECRET_ACCESS_KEY -e prod < key', 'from standard input'],
      ['portolan variable list db@prod', 'what the runs of a workspace are given'],
    ],
  })
  addCommand(variable, onExit, {
    usage: 'set <name>',
    summary: 'write a variable; its value comes from standard input, or is asked for',
    description:
      'Writes a variable, over its value if it is there. The narrowest place counts: component in environment, component, environment, project; and at one place a value for one phase before one for both.',
    options: (command) =>
      placeOptions(command)
        .option('--kind <kind>', 'environment (of the programs; default) or terraform (an input)')
        .option('--phase <phase>', 'plan or apply; both when it is left out'),
    examples: [
      ['portolan variable set CLOUD_TOKEN', 'for all runs of the project; asks for the value'],
      ['pass show cloud/prod | portolan variable set CLOUD_TOKEN -e prod --phase apply', ''],
      ['portolan variable set password --kind terraform -c db -e prod', "an input of db's module"],
    ],
    next: 'portolan variable list',
    load: () => import('../commands/variable-set.ts'),
  })
  addCommand(variable, onExit, {
    usage: 'list [workspace]',
    summary: 'the variables, without their values; of a workspace those that count',
    examples: [
      ['portolan variable list', 'all of the project'],
      ['portolan variable list db@prod', 'what counts there, and what it hides'],
    ],
    load: () => import('../commands/variable-list.ts'),
  })
  addCommand(variable, onExit, {
    usage: 'remove <name>',
    summary: 'remove a variable from one place',
    options: (command) =>
      placeOptions(command)
        .option('--kind <kind>', 'where there is one of each kind: environment or terraform')
        .option('--phase <phase>', 'where there is one for each phase: both, plan or apply'),
    examples: [['portolan variable remove CLOUD_TOKEN -e prod', '']],
    load: () => import('../commands/variable-remove.ts'),
  })
}

function placeOptions(command: Command): Command {
  return command
    .option('-e, --environment <name>', 'only in this environment')
    .option('-c, --component <name>', 'only for this component')
}

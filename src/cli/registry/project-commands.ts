import type { Command } from 'commander'
import { addCommand, addGroup, type OnExit } from './command.ts'

/** Commands around the projects of a server and their repositories. */
export function addProjectCommands(program: Command, onExit: OnExit): void {
  const project = addGroup(program, 'project', {
    summary: 'projects, and the repositories that a server fetches them from',
    examples: [
      ['portolan project add https://github.com/shop/infra', 'fetched at once, and then by itself'],
      ['portolan project list', 'where they stand'],
    ],
  })
  addCommand(project, onExit, {
    usage: 'add <address>',
    summary: 'add a project by the address of its git repository',
    description:
      'Adds a project by the address of its git repository: https, ssh, or a path on the server. A project whose workspaces laptops have recorded is taken up by its repository. SSH uses the keys of the user that the server runs as.',
    options: (command) =>
      command
        .option(
          '--name <name>',
          "the project's name (default: as its manifest or its address says)",
        )
        .option('--branch <branch>', "what should be deployed (default: the repository's own)")
        .option('--password-stdin', 'read a password or token for https; it is kept sealed'),
    examples: [
      ['portolan project add git@github.com:shop/infra.git', ''],
      ['portolan project add https://github.com/shop/infra --password-stdin < token', ''],
      ['portolan project add .', 'the repository here'],
    ],
    exits: ['0  added and fetched', '1  not, or its manifest is wrong (it says what)'],
    next: 'portolan project list',
    load: () => import('../commands/project-add.ts'),
  })
  addCommand(project, onExit, {
    usage: 'list',
    summary: 'the projects: where they are fetched from, where they stand',
    examples: [['portolan project list', '']],
    load: () => import('../commands/project-list.ts'),
  })
  addCommand(project, onExit, {
    usage: 'fetch <name>',
    summary: 'fetch a project now; a server does it once in a minute',
    examples: [['portolan project fetch shop', '']],
    load: () => import('../commands/project-fetch.ts'),
  })
  addCommand(project, onExit, {
    usage: 'edit <name>',
    summary: 'change where a project is fetched from',
    options: (command) =>
      command
        .option('--source <address>', 'another address of its repository')
        .option('--branch <branch>', 'another branch')
        .option('--own-branch', 'the branch that the repository calls its own')
        .option('--password-stdin', 'read a password or token for --source'),
    examples: [['portolan project edit shop --branch release', '']],
    load: () => import('../commands/project-edit.ts'),
  })
}

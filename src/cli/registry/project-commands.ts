import type { Command } from 'commander'
import { addCommand, addGroup, collect, type OnExit } from './command.ts'

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
      hostOptions(
        command
          .option(
            '--name <name>',
            "the project's name (default: as its manifest or its address says)",
          )
          .option('--branch <branch>', "what should be deployed (default: the repository's own)")
          .option('--password-stdin', 'read a password or token for https; it is kept sealed')
          .option('--host <kind>', 'with its host, for pull requests: github, gitlab or gitea'),
      ),
    examples: [
      ['portolan project add git@github.com:shop/infra.git', ''],
      ['portolan project add https://github.com/shop/infra --password-stdin < token', ''],
      [
        'portolan project add https://github.com/shop/infra --host github --token-stdin < token',
        'with its pull requests',
      ],
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
  addHostCommands(project, onExit)
}

function addHostCommands(project: Command, onExit: OnExit): void {
  addCommand(project, onExit, {
    usage: 'host <name> [kind]',
    summary: 'the host of a project: github, gitlab, gitea, or git for none',
    description:
      "Says on which host the repository of a project is: pull requests come from there, and are answered there. Without a kind it is shown. What is left out stays as it is, or is told from the repository's address. The token or key is kept sealed, and given again when the host changes.",
    options: (command) =>
      hostOptions(command)
        .option(
          '--role <pair>',
          'what people are here who are linked to nobody: write=applier; several times; none for none',
          collect,
        )
        .option('--bot <login>', 'the login by which it is called there: @LOGIN apply')
        .option('--custom-workflows', 'run commands that workflows of an atlantis.yaml give')
        .option('--no-custom-workflows', 'run none of them'),
    examples: [
      ['portolan project host shop github --token-stdin < token', ''],
      ['portolan project host shop github --app-id 12345 --private-key app.pem', ''],
      ['portolan project host shop gitlab --api https://gitlab.example.com --token-stdin', ''],
      ['portolan project host shop', 'how it is set up'],
      ['portolan project host shop git', 'plain git again'],
    ],
    next: 'portolan project webhook-secret NAME · portolan project test NAME',
    load: () => import('../commands/project-host.ts'),
  })
  addCommand(project, onExit, {
    usage: 'test <name>',
    summary: 'does everything work with the host of a project? what is missing?',
    description:
      'Asks the host whether the credentials work, what they permit, and whether its webhook reaches this server. Nothing is changed there.',
    examples: [['portolan project test shop', '']],
    exits: ['0  nothing failed', '1  something does not work (it says what to do)'],
    load: () => import('../commands/project-test.ts'),
  })
  addCommand(project, onExit, {
    usage: 'webhook-secret <name>',
    summary: 'make a secret for the webhook; it is shown once, with what to enter on the host',
    description:
      'Makes a secret for the webhook of the project. The one before is accepted too, so that none is missed while it is entered on the host; then end the rotation.',
    options: (command) =>
      command
        .option('--secret-stdin', 'read one that the host has already, as that of a GitHub App')
        .option('--end-rotation', 'accept only the newest secret from now on'),
    examples: [
      ['portolan project webhook-secret shop', ''],
      ['portolan project webhook-secret shop --end-rotation', 'when the host has the new one'],
    ],
    next: 'portolan project test NAME · portolan webhooks',
    load: () => import('../commands/project-webhook-secret.ts'),
  })
}

/** Where a host is, and with what it is spoken to. */
function hostOptions(command: Command): Command {
  return command
    .option(
      '--api <url>',
      "the host's API (told from the address, or the public one, where none is set)",
    )
    .option(
      '--repository <name>',
      'the repository there: owner/name (as in the address, where none is set)',
    )
    .option('--token-stdin', 'read the token of the account that Portolan acts as')
    .option('--app-id <id>', 'of a GitHub App')
    .option('--private-key <file>', 'of the GitHub App')
    .option('--installation <id>', 'of the GitHub App (default: that of the repository)')
}

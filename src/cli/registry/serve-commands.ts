import type { Command } from 'commander'
import { addCommand, addGroup, collect, type OnExit } from './command.ts'

/** Commands around the server and the installation. */
export function addServeCommands(program: Command, onExit: OnExit): void {
  program.commandsGroup('Serve:')
  addCommand(program, onExit, {
    usage: 'server',
    summary: 'serve a team: the web UI, the API, and states for plain Terraform (backend "http")',
    options: (command) =>
      command
        .option('--host <address>', 'where to listen (default: 127.0.0.1)')
        .option('--port <number>', 'on which port (default: 7070)')
        .option('--public-url <url>', 'under which address people open it')
        .option('--trust-proxy <network>', 'a proxy to believe: 10.0.0.0/8; several times', collect)
        .option(
          '--local',
          'serve only the states of this repository, as commands record them here',
        ),
    examples: [
      ['portolan server', 'prints a link for the first administrator'],
      [
        'portolan server --port 8080 --public-url https://portolan.example.com --trust-proxy 127.0.0.1',
        'behind a proxy that speaks HTTPS',
      ],
      ['portolan server --local', 'prints a backend block to copy'],
    ],
    next: 'portolan project add https://git.example.com/team/platform.git',
    load: () => import('../commands/server.ts'),
  })
  const token = addGroup(program, 'token', {
    summary: 'API tokens for clients of the server',
    examples: [['portolan token create ci --permission state:read', 'shown once']],
  })
  addCommand(token, onExit, {
    usage: 'create <name>',
    summary: 'make a token; it is shown once',
    options: (command) =>
      command
        .option(
          '--permission <permission>',
          'what it permits: read, change:plan, run:approve, change:apply, state:read, state:write, state:force-unlock, state:read-raw, run:recover, variable:write, project:write, audit:read or admin; several times (default: state:read and state:write)',
          collect,
        )
        .option('--expires <duration>', 'how long it is valid: 12h, 30d'),
    examples: [['portolan token create ci --expires 30d', '']],
    load: () => import('../commands/token-create.ts'),
  })
  addCommand(token, onExit, {
    usage: 'list',
    summary: 'the tokens: what they permit, when they were used',
    examples: [['portolan token list', '']],
    load: () => import('../commands/token-list.ts'),
  })
  addCommand(token, onExit, {
    usage: 'revoke <name>',
    summary: 'end a token at once',
    examples: [['portolan token revoke ci', '']],
    load: () => import('../commands/token-revoke.ts'),
  })
  addCommand(program, onExit, {
    usage: 'doctor',
    summary: 'is everything here that Portolan needs?',
    examples: [['portolan doctor', '']],
    exits: ['0  all is well', '1  there is a problem (it says what to do)'],
    load: () => import('../commands/doctor.ts'),
  })
}

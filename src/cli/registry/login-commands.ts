import type { Command } from 'commander'
import { addCommand, type OnExit } from './command.ts'

/** Commands around the server that commands ask. */
export function addLoginCommands(program: Command, onExit: OnExit): void {
  addCommand(program, onExit, {
    usage: 'login [url]',
    summary: 'keep a token, with which commands ask a server',
    description:
      'Asks for a token of the server, tries it, and keeps it for you alone. Commands ask the server that PORTOLAN_URL names, with this token or that of PORTOLAN_TOKEN; without PORTOLAN_URL they work on this machine alone.',
    examples: [
      ['portolan login https://portolan.example.com', ''],
      ['portolan login https://portolan.example.com < token', 'without a person'],
    ],
    next: 'export PORTOLAN_URL=https://portolan.example.com',
    load: () => import('../commands/login.ts'),
  })
  addCommand(program, onExit, {
    usage: 'logout [url]',
    summary: 'forget the token for a server',
    examples: [['portolan logout https://portolan.example.com', '']],
    load: () => import('../commands/logout.ts'),
  })
}

import type { Command } from 'commander'
import { addCommand, addGroup, type OnExit } from './command.ts'

/** Commands around the hosts of repositories: what they sent, and who people are there. */
export function addHostCommands(program: Command, onExit: OnExit): void {
  const webhooks = addCommand(program, onExit, {
    usage: 'webhooks',
    summary: 'what hosts sent to the webhook, and what it led to',
    description:
      'Lists what hosts sent to the webhook of your projects, newest first: what it led to, or why it failed. It is kept for 30 days.',
    options: (command) =>
      command
        .option('--project <name>', 'only of this project')
        .option('--status <status>', 'only handled, ignored or failed ones')
        .option('-n, --limit <count>', 'how many (default: 20)'),
    examples: [
      ['portolan webhooks', ''],
      ['portolan webhooks --project shop --status failed', ''],
    ],
    next: 'portolan webhooks show ID · portolan webhooks replay ID',
    load: () => import('../commands/webhooks.ts'),
  })
  addCommand(webhooks, onExit, {
    usage: 'show <id>',
    summary: 'what was sent, as it came, without signatures',
    examples: [['portolan webhooks show 1207', '']],
    load: () => import('../commands/webhooks-show.ts'),
  })
  addCommand(webhooks, onExit, {
    usage: 'replay <id>',
    summary: 'handle once more what was sent, as if it came now',
    description:
      'Handles once more what a host sent, as if it came now. A command that was carried out is not carried out again.',
    examples: [['portolan webhooks replay 1207', '']],
    exits: ['0  handled', '1  it failed again'],
    load: () => import('../commands/webhooks-replay.ts'),
  })
  const person = addGroup(program, 'person', {
    summary: 'who people are on the hosts of repositories',
    description:
      'Links logins of hosts to people: what a linked login comments on a pull request counts as said by the person, who may there what they may here. For administrators of the server.',
    examples: [
      ['portolan person link ada github.com:octocat', ''],
      ['portolan person logins', 'all that are linked'],
    ],
  })
  addCommand(person, onExit, {
    usage: 'link <name> <login>',
    summary: "link a host's login to a person: github.com:LOGIN",
    examples: [['portolan person link ada github.com:octocat', '']],
    next: 'portolan person logins',
    load: () => import('../commands/person-link.ts'),
  })
  addCommand(person, onExit, {
    usage: 'unlink <login>',
    summary: 'end the link of a login to a person',
    examples: [['portolan person unlink github.com:octocat', '']],
    load: () => import('../commands/person-unlink.ts'),
  })
  addCommand(person, onExit, {
    usage: 'logins',
    summary: 'who people are on hosts',
    examples: [['portolan person logins', '']],
    load: () => import('../commands/person-logins.ts'),
  })
}

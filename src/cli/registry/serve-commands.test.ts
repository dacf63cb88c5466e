import { Command } from 'commander'
import { expect, test } from 'vitest'
import { permissions } from '../../access/index.ts'
import { addServeCommands } from './serve-commands.ts'

test('the help of a token names everything that one may permit', () => {
  const program = new Command()
  addServeCommands(program, () => undefined)
  const create = program.commands
    .find((command) => command.name() === 'token')
    ?.commands.find((command) => command.name() === 'create')

  const help = create?.helpInformation().replace(/\s+/g, ' ')

  for (const permission of permissions) expect(help).toContain(permission)
})

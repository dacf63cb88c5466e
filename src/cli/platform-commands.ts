import type { Command } from 'commander'
import type { OnExit } from './command.ts'

/** Commands that read the manifest and nothing else: no cloud, no Terraform. */
export function addPlatformCommands(program: Command, _onExit: OnExit): void {
  program.commandsGroup('Platform:')
}

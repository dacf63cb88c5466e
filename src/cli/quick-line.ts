import { AppError } from '../platform/errors.ts'
import type { Call, CommandModule } from './call.ts'

interface QuickFlags {
  readonly why?: boolean
  readonly withDependents?: boolean
}

interface QuickCommand {
  readonly flags: Readonly<Record<string, keyof QuickFlags>>
  readonly load: () => Promise<CommandModule<QuickFlags>>
}

const commands: Readonly<Record<string, QuickCommand>> = {
  affected: {
    flags: { '--why': 'why', '--with-dependents': 'withDependents' },
    load: () => import('./commands/affected.ts'),
  },
  graph: { flags: {}, load: () => import('./commands/graph.ts') },
  list: { flags: {}, load: () => import('./commands/list.ts') },
}

/**
 * Runs a line of a command that only looks, if it can mean but one thing: to load all commands and their
 * flags would take longer than these take. Undefined: the line has to be read as a whole, or was refused
 * and has to be refused as every other one.
 */
export async function runQuickly([name = '', ...words]: readonly string[]): Promise<
  number | undefined
> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const known = (word: string) => word === '--json' || Object.hasOwn(command?.flags ?? {}, word)
  if (command === undefined || !words.every(known)) return undefined
  try {
    const [module, call] = await Promise.all([command.load(), callOf(command, words)])
    return await module.run(call)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

async function callOf(
  { flags }: QuickCommand,
  words: readonly string[],
): Promise<Call<QuickFlags>> {
  const [{ readConfig }, { openTerminal }] = await Promise.all([
    import('../app/config.ts'),
    import('./terminal.ts'),
  ])
  const config = readConfig()
  const given = words.flatMap((word) => flags[word] ?? [])
  return {
    args: [],
    flags: Object.fromEntries(given.map((flag) => [flag, true])),
    directory: process.cwd(),
    config,
    terminal: openTerminal({ color: config.color, json: words.includes('--json') }),
  }
}

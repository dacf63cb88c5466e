import path from 'node:path'
import type { Command } from 'commander'
import type { Call, CommandModule } from '../call.ts'
import { openTerminal } from '../terminal.ts'

/** What `--help` says of a command beside its arguments and options. */
export interface Teaching {
  readonly summary: string
  readonly description?: string
  /** Pairs of a command line and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  readonly exits?: readonly string[]
  readonly next?: string
}

export interface CommandSpec<Flags> extends Teaching {
  /** `plan [workspace]` */
  readonly usage: string
  readonly options?: (command: Command) => Command
  readonly load: () => Promise<CommandModule<Flags>>
}

export type OnExit = (code: number) => void

/** Adds a command whose file is read only when it is called. */
export function addCommand<Flags>(
  parent: Command,
  onExit: OnExit,
  spec: CommandSpec<Flags>,
): Command {
  const command = parent.command(spec.usage).summary(spec.summary)
  command.description(spec.description ?? `${capital(spec.summary)}.`)
  spec.options?.(command)
  addGlobalOptions(command)
  command.addHelpText('after', teach(spec))
  return command.action(async () => {
    const module = await spec.load()
    onExit(await module.run(await open<Flags>(command)))
  })
}

/** A group of commands: `state`, `token`. Alone it shows its help. */
export function addGroup(parent: Command, name: string, teaching: Teaching): Command {
  const group = parent.command(name).summary(teaching.summary).helpCommand(false)
  group.description(teaching.description ?? `${capital(teaching.summary)}.`)
  addGlobalOptions(group)
  return group.addHelpText('after', teach(teaching))
}

/** Options that stand before or after a command's name. */
export function addGlobalOptions(command: Command): Command {
  return command
    .option('-C, --chdir <dir>', 'act on this directory instead of the current one')
    .option('--json', 'machine-readable output')
    .option('--no-color', 'no colours (also: NO_COLOR)')
}

interface GlobalFlags {
  readonly chdir?: string
  readonly json?: boolean
  readonly color?: boolean
}

/** The global flags of a command and of those above it. */
export function globalFlags(command: Command): Required<GlobalFlags> {
  let chdir: string | undefined
  let json = false
  let color = true
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const flags = at.opts<GlobalFlags>()
    chdir ??= flags.chdir
    json ||= flags.json === true
    color &&= flags.color !== false
  }
  return { chdir: chdir ?? '.', json, color }
}

async function open<Flags>(command: Command): Promise<Call<Flags>> {
  const { chdir, json, color } = globalFlags(command)
  const { readConfig } = await import('../../app/config.ts')
  const config = readConfig()
  return {
    args: command.args,
    flags: command.opts<Flags & object>(),
    directory: path.resolve(chdir),
    config,
    terminal: openTerminal({ color: color && config.color, json }),
  }
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** A value with its place among the options that are told apart by their order. */
export interface Placed {
  readonly value: string
  readonly at: number
}

/** For several options of which the order among one another counts. */
export function collectInOrder(): (value: string, before?: readonly Placed[]) => Placed[] {
  let at = 0
  return (value, before = []) => {
    at += 1
    return [...before, { value, at }]
  }
}

function teach(teaching: Teaching): string {
  const width = Math.max(0, ...teaching.examples.map(([line]) => line.length))
  const examples = teaching.examples.map(([line, meaning]) =>
    `  ${line.padEnd(width)}  ${meaning}`.trimEnd(),
  )
  const sections = [
    examples.length > 0 ? ['Examples:', ...examples] : [],
    teaching.exits ? ['Exit codes:', ...teaching.exits.map((one) => `  ${one}`)] : [],
    teaching.next ? ['Next:', ...teaching.next.split('\n').map((line) => `  ${line}`)] : [],
  ]
  return sections
    .filter((section) => section.length > 0)
    .map((section) => `\n${section.join('\n')}`)
    .join('\n')
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

import { Command, CommanderError } from 'commander'
import { AppError, codeOf, invalid } from '../platform/errors.ts'
import { version } from '../platform/version.ts'
import { normaliseArguments } from './argv.ts'
import { machineFault } from './fault.ts'
import { addChangeCommands } from './registry/change-commands.ts'
import { addGlobalOptions, globalFlags } from './registry/command.ts'
import { addHostCommands } from './registry/host-commands.ts'
import { addLoginCommands } from './registry/login-commands.ts'
import { addPlatformCommands } from './registry/platform-commands.ts'
import { addProjectCommands } from './registry/project-commands.ts'
import { addPullRequestCommands } from './registry/pull-request-commands.ts'
import { addRunCommands } from './registry/run-commands.ts'
import { addServeCommands } from './registry/serve-commands.ts'
import { addStateCommands } from './registry/state-commands.ts'
import { addVariableCommands } from './registry/variable-commands.ts'
import { colored, plain } from './render/style.ts'
import { openTerminal } from './terminal.ts'

/** Runs one command line and returns the exit code. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  const args = normaliseArguments(argv)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && isAnswer(error)) return 0
    if (codeOf(error) === 'EPIPE') return 0
    const { json } = globalFlags(program)
    const terminal = openTerminal({
      color: !args.includes('--no-color'),
      json: json || args.includes('--json'),
    })
    const refusal =
      error instanceof CommanderError
        ? misuse(error, program, args)
        : (machineFault(error) ?? error)
    if (refusal instanceof AppError) {
      const { showProblem } = await import('./show-problem.ts')
      showProblem(terminal, refusal)
    } else {
      const { reportBug } = await import('./bug-report.ts')
      await reportBug(terminal, refusal, args)
    }
    return 1
  }
}

function createProgram(onExit: (code: number) => void): Command {
  const program = new Command('portolan')
  program
    .description(
      'Changes infrastructure: what was approved is what is applied, and every state is kept.',
    )
    .version(version(), '-V, --version', 'the version')
    .helpOption('-h, --help', 'help, also of one command: portolan plan --help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      outputError: () => undefined,
      writeErr: (text) => process.stdout.write(text),
    })
    .configureHelp({
      showGlobalOptions: false,
      visibleOptions: visibleOptions,
      styleTitle: (text) => (process.stdout.isTTY ? colored : plain).bold(text),
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
  addGlobalOptions(program)
  addChangeCommands(program, onExit)
  addPullRequestCommands(program, onExit)
  addRunCommands(program, onExit)
  addPlatformCommands(program, onExit)
  addStateCommands(program, onExit)
  addServeCommands(program, onExit)
  addLoginCommands(program, onExit)
  addProjectCommands(program, onExit)
  addHostCommands(program, onExit)
  addVariableCommands(program, onExit)
  program.addHelpText(
    'after',
    `
A workspace is a component in an environment: network@prod, in full shop/network@prod.
Nothing needs to be prepared: go to a root module and run \`portolan plan\`. For several root
modules in an order, environments, and jobs beside them: \`portolan init\`.
More of a command: \`portolan plan --help\`.
Exit codes: 0 done or nothing to change · 1 error · 2 changes (--detailed-exitcode) · 3 waits for approval`,
  )
  return program
}

/** The options that every command has come last. */
function visibleOptions(command: Command) {
  const everywhere = ['--chdir', '--json', '--no-color', '--help']
  const all = [...command.options.filter((option) => !option.hidden)]
  const own = all.filter((option) => !everywhere.includes(option.long ?? ''))
  return [...own, ...all.filter((option) => everywhere.includes(option.long ?? ''))]
}

function argumentTerm(argument: { name(): string; required: boolean }): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
}

/** Commander throws for `--help` and `--version` too. */
function isAnswer(error: CommanderError): boolean {
  return error.exitCode === 0 || error.code === 'commander.help'
}

const advice: Readonly<Record<string, string>> = {
  '--out': 'Every plan is kept as a run: apply it with `portolan apply run-N`.',
  '--lock': 'The lock is what keeps two applies apart; it cannot be left out.',
  '--lock-timeout': '`portolan status` says who holds the lock.',
  '--state':
    'The state is recorded by Portolan; take one from a file with `portolan state import FILE`.',
}

function misuse(error: CommanderError, program: Command, args: readonly string[]): AppError {
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const unknown = /unknown option '(--[a-z-]+)/.exec(first)?.[1]
  const suggestion = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(more.join(' '))?.[1]
  const next =
    (unknown === undefined ? undefined : advice[unknown]) ??
    (suggestion === undefined
      ? `See \`${['portolan', ...commandPath(program, args)].join(' ')} --help\`.`
      : `Did you mean ${suggestion.replaceAll(',', ' or')}?`)
  return invalid(first, { next })
}

/** The words that name a command or a group of commands, with the groups that it is in. */
function commandPath(program: Command, args: readonly string[]): string[] {
  const path: string[] = []
  let { commands } = program
  for (const word of args.filter((argument) => !argument.startsWith('-'))) {
    const found = commands.find((each) => each.name() === word || each.alias() === word)
    if (found === undefined) break
    path.push(word)
    commands = found.commands
  }
  return path
}

import { variableText } from '../../variables/index.ts'
import { type Call, exit } from '../call.ts'
import { readSecret } from '../secret-input.ts'
import { withPlace } from '../workspace/place.ts'
import {
  identityOf,
  kindOf,
  phaseOf,
  projectAt,
  type VariableFlags,
} from '../workspace/variables.ts'

/** Writes a variable, with a value that never stands on a command line. */
export async function run(call: Call<VariableFlags>): Promise<number> {
  const { terminal, args, flags } = call
  const [name = ''] = args
  const identity = {
    ...identityOf(flags),
    name,
    kind: kindOf(flags.kind) ?? 'environment',
    phase: phaseOf(flags.phase) ?? 'both',
  } as const
  const value = await readSecret(terminal, `Value of ${name} (not shown): `)
  return withPlace({ ...call, flags: {} }, async (place) => {
    const { services, location } = place
    const project = await projectAt(place)
    const variable = await services.variables.set(project, { ...identity, value }, location.actor)
    terminal.emit({ event: 'variable_set', ...variable })
    terminal.print(`Set: ${variableText(variable)}.`)
    return exit.done
  })
}

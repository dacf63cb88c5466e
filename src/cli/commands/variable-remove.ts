import { invalid, notFound } from '../../platform/errors.ts'
import { placeText, variableText } from '../../variables/index.ts'
import { type Call, exit } from '../call.ts'
import { withPlace } from '../workspace/place.ts'
import {
  identityOf,
  kindOf,
  phaseOf,
  projectAt,
  type VariableFlags,
} from '../workspace/variables.ts'

/** Removes the variable of that name from exactly the place that is named. */
export async function run(call: Call<VariableFlags>): Promise<number> {
  const { terminal, args, flags } = call
  const [name = ''] = args
  const at = identityOf(flags)
  const kind = kindOf(flags.kind)
  const phase = phaseOf(flags.phase)
  return withPlace({ ...call, flags: {} }, async (place) => {
    const { services, location } = place
    const project = await projectAt(place)
    const found = (await services.variables.list(project)).filter(
      (one) =>
        one.name === name &&
        one.environment === at.environment &&
        one.component === at.component &&
        (kind === undefined || one.kind === kind) &&
        (phase === undefined || one.phase === phase),
    )
    const [variable, another] = found
    if (variable === undefined) {
      throw notFound(`there is no variable ${name} at this place (${placeText(at)})`, {
        next: 'See `portolan variable list`.',
      })
    }
    if (another !== undefined) {
      throw invalid(`there are ${found.length}: ${found.map(variableText).join(', ')}`, {
        next: 'Say which one with --kind and --phase.',
      })
    }
    await services.variables.remove(project, variable.id, location.actor)
    terminal.emit({ event: 'variable_removed', ...variable })
    terminal.print(`Removed: ${variableText(variable)}.`)
    return exit.done
  })
}

import { invalid } from '../../platform/errors.ts'
import type { Value } from '../../platform/value.ts'
import { valueJson } from '../../platform/value-json.ts'

/**
 * Inputs as environment variables: text as it is, everything else as JSON; what is null is not there.
 * @throws AppError `invalid` for a name that no shell can read, or that is Portolan's own
 */
export function inputVariables(
  inputs: Readonly<Record<string, Value>>,
  workspace: string,
): Readonly<Record<string, string>> {
  const given = Object.entries(inputs).filter(([, value]) => value !== null)
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw invalid(
          `${workspace} has the input ${JSON.stringify(name)}, which cannot be an environment variable`,
          { next: 'Use letters, digits and _, and no digit at the beginning.' },
        )
      }
      if (name.startsWith('PORTOLAN_')) {
        throw invalid(
          `${workspace} has the input ${name}, and PORTOLAN_ names are Portolan's own`,
          {
            next: 'Give it another name.',
          },
        )
      }
      return [name, typeof value === 'string' ? value : valueJson(value)]
    }),
  )
}

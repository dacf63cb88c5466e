import { invalid } from '../../platform/errors.ts'
import {
  type RunPhase,
  type VariableKind,
  type VariablePlace,
  variableKinds,
  variablePhases,
} from '../../variables/index.ts'
import type { Place } from './place.ts'

export interface VariableFlags {
  readonly environment?: string
  readonly component?: string
  readonly kind?: string
  readonly phase?: string
}

/** The place that flags name. */
export function identityOf({ environment, component }: VariableFlags): VariablePlace {
  return { environment, component }
}

/** @throws AppError `invalid` */
export function kindOf(flag: string | undefined): VariableKind | undefined {
  return oneOf(variableKinds, '--kind', flag)
}

/** @throws AppError `invalid` */
export function phaseOf(flag: string | undefined): RunPhase | 'both' | undefined {
  return oneOf(variablePhases, '--phase', flag)
}

function oneOf<Word extends string>(
  words: readonly Word[],
  flag: string,
  given: string | undefined,
): Word | undefined {
  const found = words.find((word) => word === given)
  if (given === undefined || found !== undefined) return found
  throw invalid(`${flag} ${JSON.stringify(given)} is none of ${words.join(', ')}`)
}

/** The project whose variables a call is about. */
export async function projectAt({ services, location }: Place): Promise<string> {
  return (await services.projects.projectOf(location)) ?? location.project
}

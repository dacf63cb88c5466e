export type { EffectiveVariable, ManifestNames } from './effective.ts'
export {
  createVariableService,
  type NewVariable,
  type RunVariables,
  type VariableService,
} from './service.ts'
export {
  placeText,
  type RunPhase,
  type Variable,
  type VariableKind,
  type VariablePlace,
  variableKinds,
  variablePhases,
  variableText,
} from './variable.ts'

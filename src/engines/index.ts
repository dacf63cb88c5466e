export { type Adoption, checkAdoption } from './terraform/adoption.ts'
export { type ApplyLine, readApplyLine } from './terraform/apply-events.ts'
export { readAssignments } from './terraform/assignments.ts'
export {
  applyArguments,
  backendArguments,
  initArguments,
  planArguments,
  type StatePlace,
  showArguments,
} from './terraform/command.ts'
export { overrideFileName } from './terraform/config-file-names.ts'
export {
  assertBackend,
  backendFile,
  backendInForce,
  forgetInit,
  initKey,
  isInitialised,
  lockFileName,
  readText,
  recordInit,
} from './terraform/data-directory-file.ts'
export {
  describeModule,
  type ModuleDescription,
  strayLocalStates,
} from './terraform/describe-file.ts'
export { secretVariables, toolVariables, withHttpBackend } from './terraform/environment.ts'
export { stringLiterals } from './terraform/hcl-scan.ts'
export {
  checkDeclared,
  digestInputs,
  type GivenInput,
  namesIn,
  renderInputs,
  valuesThatCount,
} from './terraform/inputs.ts'
export { refuseLateOverride } from './terraform/late-override-file.ts'
export type { Module, OwnBackend } from './terraform/module.ts'
export { type ModuleClosure, readClosure } from './terraform/module-file.ts'
export { type BackendType, holdOverride, overrideContent } from './terraform/override-file.ts'
export { pinnedBackend } from './terraform/plan-file.ts'
export { type ReadPlan, readPlanJson } from './terraform/plan-mask.ts'
export { keepProviders, linkProviders } from './terraform/provider-store-file.ts'
export {
  configurationChanged,
  hashFile,
  readSource,
  type SourceTree,
} from './terraform/source-file.ts'
export { describeTool, findTool, type Tool } from './terraform/tool-runner.ts'

export { inputVariables } from './run/environment.ts'
export {
  changedInputs,
  decideRun,
  type RunDecision,
  runPlanJson,
} from './run/run-plan.ts'
export {
  type RunAttributes,
  type RunRecord,
  type RunSubject,
  readRunRecord,
  recordDigest,
  runAddress,
  runState,
} from './run/run-record.ts'
export { type RunOutput, readWrittenOutputs, typedOutputs } from './run/written-outputs.ts'
export { type ApplyLine, readApplyLine } from './terraform/apply-events.ts'
export {
  applyArguments,
  backendArguments,
  initArguments,
  ownInitArguments,
  planArguments,
  type StatePlace,
  schemaArguments,
  showArguments,
} from './terraform/command.ts'
export {
  isReservedVariable,
  programVariables,
  secretVariables,
  toolVariables,
  withHttpBackend,
  withLateCollection,
} from './terraform/environment.ts'
export {
  type ExtraArguments,
  type ExtraCommand,
  readExtraArguments,
} from './terraform/extra-arguments.ts'
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
} from './terraform/init/data-directory-file.ts'
export { keepProviders, linkProviders } from './terraform/init/provider-store-file.ts'
export {
  checkDeclared,
  digestInputs,
  type GivenInput,
  namesIn,
  renderInputs,
  renderValues,
  valuesThatCount,
} from './terraform/inputs.ts'
export { findOrInstallTool } from './terraform/install/find-or-install-runner.ts'
export type { ToolInstall } from './terraform/install/publisher.ts'
export { type Adoption, checkAdoption } from './terraform/module/adoption.ts'
export { readAssignments } from './terraform/module/assignments.ts'
export { importFileName, overrideFileName } from './terraform/module/config-file-names.ts'
export {
  describeModule,
  type ModuleDescription,
  strayLocalStates,
} from './terraform/module/describe-file.ts'
export { stringLiterals } from './terraform/module/hcl-scan.ts'
export { demandImportable, demandImportBlocks } from './terraform/module/import-blocks.ts'
export { refuseLateOverride } from './terraform/module/late-override-file.ts'
export { type Module, type OwnBackend, readModule } from './terraform/module/module.ts'
export { type ModuleClosure, readClosure } from './terraform/module/module-file.ts'
export {
  type BackendType,
  holdOverride,
  overrideContent,
} from './terraform/module/override-file.ts'
export {
  configurationChanged,
  hashFile,
  readSource,
  type SourceTree,
} from './terraform/module/source-file.ts'
export type { PlanFileSetting, SchemaQuestion } from './terraform/plan/decode/read-plan-file.ts'
export { exactText } from './terraform/plan/exact-json.ts'
export { pinnedBackend } from './terraform/plan/plan-file.ts'
export { type ReadPlan, readPlanJson } from './terraform/plan/plan-mask.ts'
export { loadPlanReader } from './terraform/plan/plan-reader.ts'
export {
  describeTool,
  findTool,
  likelyTool,
  type Tool,
  type ToolWish,
} from './terraform/tool-runner.ts'

export {
  type Change,
  type ChangeEnvironment,
  type ChangeEvent,
  type ChangeNode,
  type ChangeOptions,
  type ChangeSource,
  type ChangeView,
  type Counts,
  changeName,
  type GraphEntry,
  type Need,
  type Result,
} from './change.ts'

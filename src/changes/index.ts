export {
  type Change,
  type ChangeEnvironment,
  type ChangeEvent,
  type ChangeNode,
  type ChangeOptions,
  type ChangePullRequest,
  type ChangeSource,
  type ChangeView,
  type Counts,
  changeName,
  type GraphEntry,
  type Need,
  type Result,
} from './change.ts'
export { type Deployed, type DeployedRun, isDeployed } from './deployed.ts'
export { listDeployed } from './deployed-store.ts'
export type { RecordedEvent } from './event-store.ts'
export { changesOfRuns } from './evidence-service.ts'
export { type InboxEntry, type InboxFacts, inboxOf } from './inbox.ts'
export { listOpenPlans, teamsOf } from './inbox-store.ts'
export {
  type ChangeFilter,
  type ListedChange,
  listChanges,
} from './list-store.ts'
export type { NewChange, NewChangeNode } from './new-change.ts'
export type { Orphan } from './orphan.ts'
export type { Platform } from './platform.ts'
export { listPlatforms } from './platform-store.ts'
export type { Claim, Holder, Reservation, Waiting } from './reservations/reservation.ts'
export { createReservationService, type ReservationService } from './reservations/service.ts'
export { isSettled } from './result.ts'
export {
  createSchedule,
  type Schedule,
  type ScheduleOptions,
  type TaskEnd,
} from './schedule.ts'
export { type ChangeService, createChangeService } from './service.ts'
export {
  type Standing,
  statusOf,
  unappliedBy,
  unmergedBy,
  type WorkspaceStatus,
} from './standing.ts'
export { listStandings } from './standing-store.ts'
export type { Task } from './task.ts'
export type { ChangeDependencies } from './view-service.ts'
export type { HeldWork, Work, WorkRequest } from './work.ts'
export { createWorkService, WORK, type WorkService } from './work-service.ts'

import type { ChangeView } from '../../changes/index.ts'
import type { Forge, ObservedPullRequest } from '../../forges/index.ts'
import type { Manifest, PullRequestRules } from '../../manifest/index.ts'
import type { ProjectView } from '../../projects/index.ts'
import type { PullRequest, ReceivedCommand } from '../../pull-requests/index.ts'
import type { HostActor } from './host-actor.ts'
import type { PlanWish } from './plan-head.ts'

/** A pull request that is looked at, and what it was found to be. */
export interface Look {
  readonly project: ProjectView
  readonly forge: Forge
  readonly observed: ObservedPullRequest
  readonly rules: PullRequestRules
  /** What the base branch says; undefined where it says nothing that can be read. */
  readonly baseManifest: Manifest | undefined
  /** As it is recorded by now. */
  pullRequest(): Promise<PullRequest>
  /** Its newest change; undefined where nothing is affected or planned. */
  view(): Promise<ChangeView | undefined>
  /** Has its head planned, if it may be; again where somebody wishes it. */
  plan(wish: PlanWish | undefined): Promise<PlanEnd>
}

/** `held`: it is a draft or a fork that nobody let be planned; `ended`: it is merged or closed. */
export type PlanEnd = 'planned' | 'kept' | 'problem' | 'busy' | 'held' | 'ended'

/** A command that is being done. */
export interface Doing {
  readonly received: ReceivedCommand
  readonly actor: HostActor
  readonly principal: NonNullable<HostActor['principal']>
}

import type { z } from 'zod'
import type * as changes from '../../../src/api/changes/schema.ts'
import type * as overview from '../../../src/api/overview/schema.ts'
import type * as people from '../../../src/api/people/schema.ts'
import type * as forges from '../../../src/api/projects/forge-schema.ts'
import type * as projects from '../../../src/api/projects/schema.ts'
import type * as pullRequests from '../../../src/api/pull-requests/schema.ts'
import type * as runs from '../../../src/api/runs/schema.ts'
import type * as session from '../../../src/api/session/schema.ts'
import type * as variables from '../../../src/api/variables/schema.ts'
import type * as webhooks from '../../../src/api/webhooks/schema.ts'
import type * as workspaces from '../../../src/api/workspaces/schema.ts'

/** What the API answers, by the names of its schemas. */
export type Session = z.infer<typeof session.Session>
export type LinkInfo = z.infer<typeof session.LinkInfo>

export type Person = z.infer<typeof people.Person>
export type Team = z.infer<typeof people.Team>
export type Grant = z.infer<typeof people.Grant>
export type Token = z.infer<typeof people.Token>
export type CreatedToken = z.infer<typeof people.CreatedToken>
export type SignInLink = z.infer<typeof people.SignInLink>
export type AuditRecord = z.infer<typeof people.AuditRecord>

export type Project = z.infer<typeof projects.Project>
/** What JSON leaves out is undefined. */
type ForgeSettings = Omit<z.infer<typeof forges.ForgeSettings>, 'hostRoles'> & {
  readonly hostRoles: { readonly [Level in 'read' | 'write' | 'admin']?: Grant['role'] | undefined }
}
export type ProjectForge = Omit<z.infer<typeof forges.ProjectForge>, 'settings'> & {
  readonly settings?: ForgeSettings | undefined
}
export type ForgeKind = ProjectForge['kind']
export type SetProjectForge = z.input<typeof forges.SetProjectForge>
export type ForgeVerdict = z.infer<typeof forges.ForgeVerdict>
export type NewWebhookSecret = z.infer<typeof forges.NewWebhookSecret>
export type Identity = z.infer<typeof forges.Identity>
export type Variable = z.infer<typeof variables.Variable>
export type EffectiveVariable = z.infer<typeof variables.EffectiveVariable>

export type Overview = z.infer<typeof overview.Overview>
export type ProjectOverview = z.infer<typeof overview.ProjectOverview>
export type InboxItem = z.infer<typeof overview.InboxItem>

export type Change = z.infer<typeof changes.Change>
/** How often each result occurs; what JSON leaves out is undefined. */
export type Counts = { [R in Result]?: number | undefined }
export type ChangeListItem = Omit<
  z.infer<typeof changes.ChangeListItem>,
  'counts' | 'countsByEnvironment'
> & { readonly counts: Counts; readonly countsByEnvironment: Readonly<Record<string, Counts>> }
export type ChangeView = z.infer<typeof changes.ChangeView>
export type ChangeNode = z.infer<typeof changes.ChangeNode>
export type ChangeEnvironment = z.infer<typeof changes.ChangeEnvironment>
export type ChangeEvent = z.infer<typeof changes.ChangeEvent>
export type Gate = z.infer<typeof changes.Gate>
export type Result = z.infer<typeof changes.Result>

export type PullRequestItem = z.infer<typeof pullRequests.PullRequestItem>
export type PullRequestView = z.infer<typeof pullRequests.PullRequestView>
export type PullRequestStatus = z.infer<typeof pullRequests.PullRequestStatus>
export type PullRequestCommand = z.infer<typeof pullRequests.PullRequestCommand>
export type PullRequestComment = z.infer<typeof pullRequests.PullRequestComment>
export type Reservation = z.infer<typeof pullRequests.Reservation>
export type EditProposal = z.input<typeof pullRequests.EditProposal>
export type NewProposal = z.input<typeof pullRequests.NewProposal>

export type WebhookDelivery = z.infer<typeof webhooks.WebhookDelivery>
export type WebhookDeliveryView = z.infer<typeof webhooks.WebhookDeliveryView>

export type Run = z.infer<typeof runs.Run>
export type RunStatus = z.infer<typeof runs.RunStatus>
export type RunDetails = z.infer<typeof runs.RunDetails>
export type PlanSummary = z.infer<typeof runs.PlanSummary>
export type PlannedChange = z.infer<typeof runs.PlannedChange>
export type Plan = z.infer<typeof runs.Plan>
export type LogPiece = z.infer<typeof runs.LogPiece>
export type RunEvent = z.infer<typeof runs.RunEvent>
export type Requirement = z.infer<typeof runs.Requirement>

export type WorkspaceStatus = z.infer<typeof workspaces.WorkspaceStatus>
export type WorkspaceItem = z.infer<typeof workspaces.WorkspaceItem>
export type WorkspaceDetails = z.infer<typeof workspaces.WorkspaceDetails>
export type Lock = z.infer<typeof workspaces.Lock>
export type Resource = z.infer<typeof workspaces.Resource>
export type StateVersion = z.infer<typeof workspaces.StateVersion>
export type StateDifference = z.infer<typeof workspaces.StateDifference>
export type Quarantined = z.infer<typeof workspaces.Quarantined>

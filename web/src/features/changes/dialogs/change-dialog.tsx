import type { Lane } from '../lanes.ts'
import type { LiveChange } from '../live-change.ts'
import { ApplyDialog } from './apply-dialog.tsx'
import { ApproveDialog } from './approve-dialog.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { StopDialog } from './stop-dialog.tsx'

/** What somebody is about to do with a change. */
export type ChangeAsk =
  | { readonly action: 'approve'; readonly environment: string; readonly only?: string }
  | { readonly action: 'apply' | 'resume' | 'stop' | 'cancel' }

export interface ChangeDialogProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly ask: ChangeAsk
  readonly onClose: () => void
}

/** Says what will happen, and asks whether it is meant. */
export function ChangeDialog({ live, lanes, ask, onClose }: ChangeDialogProps) {
  switch (ask.action) {
    case 'approve':
      return <ApproveDialog {...{ live, onClose }} environment={ask.environment} only={ask.only} />
    case 'apply':
    case 'resume':
      return <ApplyDialog {...{ live, lanes, onClose }} retry={ask.action === 'resume'} />
    case 'stop':
      return <StopDialog {...{ live, onClose }} />
    case 'cancel':
      return <CancelDialog {...{ live, onClose }} />
  }
}

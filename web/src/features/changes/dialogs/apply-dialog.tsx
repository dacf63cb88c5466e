import { useState } from 'react'
import { ActionButton } from '../../../ui/action-button.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Checkbox, Field, Select } from '../../../ui/field.tsx'
import { oneLine } from '../../../ui/long-text.tsx'
import { canApply, canApprove, canResume, consequencesOf } from '../actions.ts'
import type { Lane } from '../lanes.ts'
import type { LiveChange, LiveNode } from '../live-change.ts'
import { isPlanned, plural } from '../results.ts'
import { applyAsAsked } from './apply-request.ts'
import { ConsequencesView } from './consequences-view.tsx'
import { DialogFaults } from './dialog-faults.tsx'
import { useLookedAt } from './looked-at.ts'
import { OverrideReason, ProtectedList } from './override-reason.tsx'
import { useChangeAction } from './use-change-action.ts'

export interface ApplyDialogProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  /** Start again at what failed, was cancelled or is blocked. */
  readonly retry: boolean
  readonly onClose: () => void
}

/** Applies what is planned, as far as gates allow or to one environment. */
export function ApplyDialog({ live, lanes, retry, onClose }: ApplyDialogProps) {
  const possible = retry ? canResume(live) : canApply(live)
  const looked = useLookedAt(possible.possible ? possible.nodes : [])
  const [only, setOnly] = useState('')
  const [approves, setApproves] = useState(true)
  const [agrees, setAgrees] = useState(true)
  const [reason, setReason] = useState('')
  const nodes = looked.nodes.filter((node) => only === '' || node.environment === only)
  const mine = nodes.filter((node) => isApprovable(live, node))
  const ungated = nodes.filter((node) => isUngated(live, node))
  const ended = approves ? consequencesOf(mine).protected : []
  const environments = lanes.map((lane) => lane.environment.name)
  const places = environments.filter((name) => looked.nodes.some((one) => one.environment === name))
  const go = useChangeAction({
    live,
    said: retry ? 'It goes on.' : 'It is being applied.',
    onClose,
    act: () =>
      applyAsAsked({
        changeId: live.change.id,
        environments: only === '' ? permitted(live, environments) : [only],
        retry,
        approve: approves ? mine.map(({ name }) => name) : [],
        digests: looked.digests,
        override: ended.length > 0 ? reason.trim() : undefined,
        // Who does not approve what they could agrees to nothing else either.
        agrees: agrees && ungated.length > 0 && (approves || mine.length === 0),
      }),
  })
  const lacksReason = ended.length > 0 && reason.trim() === ''
  const notReady = whyNot({ nodes, moved: looked.moved, lacksReason })
  return (
    <Dialog
      title={retry ? 'Resume' : live.change.operation === 'destroy' ? 'Destroy' : 'Apply'}
      onClose={onClose}
      actions={
        <>
          <DialogFaults looked={looked} errors={[go.error]} />
          <Button onClick={onClose}>Not now</Button>
          <ActionButton
            look={live.change.operation === 'destroy' ? 'danger' : 'primary'}
            side="above"
            because={notReady}
            busy={go.isPending || (approves && looked.isLoading)}
            onClick={() => go.mutate()}
          >
            {retry ? 'Resume' : 'Apply'} {plural(nodes.length, 'workspace')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">{retry ? retrySentence : applySentence}</p>
        {places.length > 1 && <HowFar places={places} only={only} onOnly={setOnly} />}
        <ConsequencesView all={consequencesOf(nodes)} nodes={nodes} />
        {mine.length > 0 && (
          <Checkbox
            label={`Approve the ${plural(mine.length, 'plan')} that ${mine.length === 1 ? 'is' : 'are'} shown here, too`}
            hint="What is not approved waits. What is planned on the way asks for approval then."
            checked={approves}
            onChange={(event) => setApproves(event.target.checked)}
          />
        )}
        {ungated.length > 0 && (
          <Checkbox
            label={`Agree to ${plural(ungated.length, 'plan')} where no gate asks for approvals`}
            hint="Whoever may apply there may agree to it, as it is when its turn comes."
            checked={agrees}
            onChange={(event) => setAgrees(event.target.checked)}
          />
        )}
        {ended.length > 0 && (
          <>
            <ProtectedList addresses={ended} />
            <OverrideReason reason={reason} onReason={setReason} />
          </>
        )}
      </div>
    </Dialog>
  )
}

interface Readiness {
  readonly nodes: readonly LiveNode[]
  readonly moved: readonly string[]
  readonly lacksReason: boolean
}

/** Why it cannot be applied so; undefined when it can. */
function whyNot({ nodes, moved, lacksReason }: Readiness): string | undefined {
  if (nodes.length === 0) return 'Nothing is left here that could be applied.'
  if (moved.length > 0) return 'Look at the plans as they are now first.'
  return lacksReason ? 'Say why protected resources may go, or do not approve.' : undefined
}

const applySentence =
  'Each workspace is applied as soon as what it needs is applied, environment after environment, as far as gates allow.'
const retrySentence =
  'What failed, was cancelled or is blocked is planned again; then it goes on. What is applied stays as it is.'

interface HowFarProps {
  readonly places: readonly string[]
  readonly only: string
  readonly onOnly: (environment: string) => void
}

function HowFar({ places, only, onOnly }: HowFarProps) {
  return (
    <Field label="How far">
      {(control) => (
        <Select {...control} value={only} onChange={(event) => onOnly(event.target.value)}>
          <option value="">As far as gates allow</option>
          {places.map((name) => (
            <option key={name} value={name}>
              Only {oneLine(name, 60)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

function isApprovable(live: LiveChange, { environment, name, result }: LiveNode): boolean {
  return isPlanned(result) && canApprove(live, environment, name).possible
}

/** Nobody is asked to approve there, and whoever looks may apply but not approve. */
function isUngated(live: LiveChange, { environment, name, result }: LiveNode): boolean {
  const { gate } = live.environments.find((one) => one.name === environment) ?? {}
  const isAsked = (gate?.approvals ?? 0) > 0
  return isPlanned(result) && !isAsked && !canApprove(live, environment, name).possible
}

/** Absent means everywhere; who may only here and there must name it. */
function permitted(live: LiveChange, all: readonly string[]): readonly string[] | undefined {
  const mine = all.filter((name) => live.may.apply.includes(name))
  return mine.length === all.length ? undefined : mine
}

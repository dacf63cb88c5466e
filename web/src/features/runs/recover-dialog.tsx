import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import type { RunDetails } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Link } from '../../ui/link.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'
import { workspaceOf } from './run-words.ts'

type Kept = 'live' | 'current'

const choices: readonly {
  readonly kept: Kept
  readonly title: string
  readonly explanation: string
}[] = [
  {
    kept: 'live',
    title: 'What was last seen of its state',
    explanation:
      'Terraform writes its state while it applies. The last that reached Portolan becomes the current version: what this run created is known, and is not created twice.',
  },
  {
    kept: 'current',
    title: 'What was recorded before it',
    explanation:
      'Only if you know that it changed nothing. What it created all the same is then in no state: nobody manages it.',
  },
]

/** Leads somebody through what is to be decided after an apply whose end nobody saw. */
export function RecoverDialog({ details, onClose }: { details: RunDetails; onClose: () => void }) {
  const { run } = details
  const [kept, setKept] = useState<Kept>()
  const [reason, setReason] = useState('')
  const recover = useRecover(run.id, onClose)
  const isReady = kept !== undefined && reason.trim() !== ''
  return (
    <Dialog
      wide
      title={`Which state of ${workspaceOf(run)} is true?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={recover.isPending}
            disabled={!isReady}
            onClick={() => {
              if (kept) recover.mutate({ state: kept, reason: reason.trim() })
            }}
          >
            Keep this state
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Steps details={details} />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-medium">The state that counts</legend>
          {choices.map((choice) => (
            <Choice
              key={choice.kept}
              choice={choice}
              isChosen={kept === choice.kept}
              onChoose={() => setKept(choice.kept)}
            />
          ))}
        </fieldset>
        <Field label="What you found out" hint="It is recorded with the decision.">
          {(control) => (
            <Textarea
              {...control}
              required
              maxLength={2000}
              placeholder="The provider’s console shows all three instances: the apply went through."
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {recover.error !== null && <ErrorState as="box" error={recover.error} />}
      </div>
    </Dialog>
  )
}

function Steps({ details }: { details: RunDetails }) {
  const { run, stateVersions } = details
  const newest = stateVersions.at(-1)
  const params = { project: run.project, workspace: workspaceOf(run) }
  return (
    <ol className="flex list-decimal flex-col gap-1.5 pl-5">
      <li>
        The runner was lost while it applied. What it did may be done, half done or not done:{' '}
        <Link
          className="underline"
          to="/runs/$id"
          params={{ id: String(run.id) }}
          search={{ tab: 'log' }}
        >
          its log
        </Link>{' '}
        says how far it came.
      </li>
      <li>
        {newest === undefined
          ? 'It recorded no version of the state. '
          : `The newest version that it recorded is ${newest}. `}
        Compare{' '}
        <Link
          className="underline"
          to="/projects/$project/workspaces/$workspace"
          params={params}
          search={{ tab: 'history' }}
        >
          the recorded states
        </Link>{' '}
        with what really is there, at the provider.
      </li>
      <li>
        Decide. Neither choice changes the infrastructure; the next plan shows what still differs.
      </li>
    </ol>
  )
}

function Choice(props: {
  choice: (typeof choices)[number]
  isChosen: boolean
  onChoose: () => void
}) {
  const { choice, isChosen, onChoose } = props
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-lg border border-strong px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name="state"
        value={choice.kept}
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 accent-accent"
      />
      <span>
        <span className="block font-medium">{choice.title}</span>
        <span className="block text-muted">{choice.explanation}</span>
      </span>
    </label>
  )
}

function useRecover(id: number, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (decision: { state: Kept; reason: string }) =>
      json(api.runs[':id'].recover.$post({ param: { id: String(id) }, json: decision })),
    onSuccess: () => {
      announce('Decided: the workspace can be planned again.')
      onDone()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs', String(id)] }),
  })
}

import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { may } from '../../lib/access.ts'
import { api, json } from '../../lib/api.ts'
import { optional } from '../../lib/form.ts'
import { useSession } from '../../lib/queries.ts'
import { useRepeatable } from '../../lib/repeatable.ts'
import { Checkbox, Field, Input } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { oneLine } from '../../ui/long-text.tsx'

export interface PlanDialogProps {
  readonly project: string
  /** In the order of promotion. */
  readonly environments: readonly string[]
  /** Only this component; all of them when absent. */
  readonly component?: string
  readonly onClose: () => void
}

/** Asks what a new change is to consist of. Planning changes nothing. */
export function PlanDialog({ project, environments, component, onClose }: PlanDialogProps) {
  const session = useSession()
  const navigate = useNavigate()
  const permitted = environments.filter((environment) =>
    may(session, 'change:plan', { project, environment }),
  )
  const [chosen, setChosen] = useState<readonly string[]>(permitted)
  const once = useRepeatable()
  const plan = useMutation({
    mutationFn: (wish: { readonly reason: string; readonly affected: boolean }) => {
      const request = {
        json: {
          project,
          ...optional('reason', wish.reason),
          selection: selectionText(component, chosen, environments),
          select: {
            environments: [...chosen],
            components: component === undefined ? [] : [component],
            affected: wish.affected,
          },
        },
      }
      return once(request, (options) => json(api.changes.$post(request, options)))
    },
    onSuccess: (change) => navigate({ to: '/changes/$id', params: { id: String(change.id) } }),
  })
  const toggle = (environment: string, isWanted: boolean) =>
    setChosen(environments.filter((one) => (one === environment ? isWanted : chosen.includes(one))))
  return (
    <FormDialog
      title={`Plan ${oneLine(component ?? project, 60)}`}
      action="Plan"
      leave="Not now"
      sending={plan}
      errorTitle="Nothing was planned"
      disabled={chosen.length === 0}
      onSubmit={(value) =>
        plan.mutate({ reason: value('reason'), affected: value('affected') === 'on' })
      }
      onClose={onClose}
    >
      <p className="text-muted">
        The newest commit that was fetched is planned; nothing is changed by that. What is applied
        then is what you have seen.
      </p>
      <Field label="Why" optional hint="The subject of the commit, when you write nothing.">
        {(control) => <Input {...control} name="reason" maxLength={2000} />}
      </Field>
      <fieldset>
        <legend className="mb-1 font-medium">Where</legend>
        <div className="flex flex-col gap-1">
          {environments.map((environment) => (
            <Checkbox
              key={environment}
              label={oneLine(environment, 60)}
              disabled={!permitted.includes(environment)}
              checked={chosen.includes(environment)}
              onChange={(event) => toggle(environment, event.target.checked)}
            />
          ))}
        </div>
      </fieldset>
      <Checkbox
        name="affected"
        defaultChecked={component === undefined}
        label="Only what differs from what is deployed"
      />
    </FormDialog>
  )
}

/** As it is recorded: in the words of the command line. */
function selectionText(
  component: string | undefined,
  chosen: readonly string[],
  all: readonly string[],
): string {
  const places = chosen.length === all.length ? [] : chosen.flatMap((name) => ['-e', name])
  return [...(component === undefined ? [] : [component]), ...places].join(' ')
}

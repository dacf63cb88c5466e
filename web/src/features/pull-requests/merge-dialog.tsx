import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { announce } from '../../ui/toast.tsx'
import type { ProposalDialogProps } from './edit-proposal.tsx'
import { paramOf, reloadPullRequests } from './pull-request-queries.ts'
import { mergeMethods } from './pull-request-words.ts'

/** Merges just the head that is shown. */
export function MergeDialog({ pullRequest, onClose }: ProposalDialogProps) {
  const { project, number, headBranch, baseBranch } = pullRequest
  // Whatever is pushed while somebody reads: what they looked at is merged, or nothing.
  const [head] = useState(pullRequest.headCommit)
  const merge = useMutation({
    mutationFn: async (chosen: string) => {
      const method = mergeMethods.find((one) => one.method === chosen)?.method ?? 'merge'
      return json(
        api.projects[':project']['pull-requests'][':number'].merge.$post({
          ...paramOf(project, number),
          json: { head, method },
        }),
      )
    },
    onSuccess: () => {
      announce(`#${number} is merged.`)
      onClose()
    },
    onSettled: reloadPullRequests,
  })
  return (
    <FormDialog
      title={`Merge #${number}`}
      action="Merge"
      leave="Not now"
      sending={merge}
      errorTitle="It was not merged"
      onSubmit={(value) => merge.mutate(value('method'))}
      onClose={onClose}
    >
      <p className="[overflow-wrap:anywhere]">
        <Mono>{oneLine(headBranch, 80)}</Mono> at <Mono>{head.slice(0, 8)}</Mono> goes into{' '}
        <Mono>{oneLine(baseBranch, 80)}</Mono>. If the branch has moved since, nothing is merged.
      </p>
      <Field label="How">
        {(control) => (
          <Select {...control} name="method" defaultValue="merge">
            {mergeMethods.map(({ method, words }) => (
              <option key={method} value={method}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </FormDialog>
  )
}

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { fieldError } from '../../lib/form.ts'
import type { EditProposal as Edited, PullRequestView } from '../../lib/types.ts'
import { Checkbox, Field, Input, Textarea } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { paramOf, reloadPullRequests } from './pull-request-queries.ts'
import { editOf, type ProposalText } from './pull-request-words.ts'

export interface ProposalDialogProps {
  readonly pullRequest: PullRequestView
  readonly onClose: () => void
}

/** Changes a pull request of plain git. */
export function editProposal({ project, number }: PullRequestView, edited: Edited) {
  return json(
    api.projects[':project']['pull-requests'][':number'].$patch({
      ...paramOf(project, number),
      json: edited,
    }),
  )
}

/** Another title or description; whether it is a draft. */
export function EditProposal({ pullRequest, onClose }: ProposalDialogProps) {
  const [before] = useState(pullRequest)
  const edit = useMutation({
    mutationFn: async (wanted: Required<ProposalText>) => {
      const edited = editOf(before, wanted)
      if (Object.keys(edited).length > 0) await editProposal(before, edited)
    },
    onSuccess: onClose,
    onSettled: reloadPullRequests,
  })
  return (
    <FormDialog
      wide
      title={`Edit #${pullRequest.number}`}
      action="Save"
      sending={edit}
      fields={['title', 'body']}
      errorTitle="It was not saved"
      onSubmit={(value) =>
        edit.mutate({
          title: value('title').trim(),
          body: value('body'),
          isDraft: value('draft') === 'on',
        })
      }
      onClose={onClose}
    >
      <ProposalFields
        title={before.title}
        body={before.body ?? ''}
        isDraft={before.isDraft}
        error={edit.error}
      />
    </FormDialog>
  )
}

interface ProposalFieldsProps {
  readonly title: string
  readonly body: string
  readonly isDraft: boolean
  readonly error: unknown
}

/** What is said of a proposal: title, description, draft. */
export function ProposalFields({ title, body, isDraft, error }: ProposalFieldsProps) {
  return (
    <>
      <Field label="Title" error={fieldError(error, 'title')}>
        {(control) => (
          <Input {...control} name="title" required maxLength={250} defaultValue={title} />
        )}
      </Field>
      <Field label="Description" optional error={fieldError(error, 'body')}>
        {(control) => (
          <Textarea {...control} name="body" rows={6} maxLength={60_000} defaultValue={body} />
        )}
      </Field>
      <Checkbox
        name="draft"
        defaultChecked={isDraft}
        label="It is a draft"
        hint="A draft is not planned until it is ready, or somebody lets it be."
      />
    </>
  )
}

import { useMutation } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import { type FormValues, fieldError } from '../../lib/form.ts'
import type { Project } from '../../lib/types.ts'
import { Field, Input } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'

/** Another address of the repository, or another branch. */
export function EditProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const edit = useMutation({
    mutationFn: async (changed: { source?: string; branch: string | null }) =>
      json(
        api.projects[':project'].$patch({
          param: { project: segment(project.name) },
          json: changed,
        }),
      ),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['projects'] })
      onClose()
    },
  })
  const submit = (value: FormValues) => {
    const source = value('source').trim()
    const branch = value('branch').trim()
    edit.mutate({
      ...(source === project.source ? {} : { source }),
      branch: branch === '' ? null : branch,
    })
  }
  return (
    <FormDialog
      title={`Where ${project.name} comes from`}
      action="Save"
      sending={edit}
      fields={['source', 'branch']}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Repository" error={fieldError(edit.error, 'source')}>
        {(control) => (
          <Input {...control} mono name="source" required defaultValue={project.source} />
        )}
      </Field>
      <Field
        label="Branch"
        optional
        hint="Empty: the default branch of the repository."
        error={fieldError(edit.error, 'branch')}
      >
        {(control) => <Input {...control} mono name="branch" defaultValue={project.branch} />}
      </Field>
    </FormDialog>
  )
}

import { useMutation } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import type { Project } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'

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
  const error = formError(edit.error, ['source', 'branch'])
  const form = 'edit-project'
  const submit = submitted((value) => {
    const source = value('source').trim()
    const branch = value('branch').trim()
    edit.mutate({
      ...(source === project.source ? {} : { source }),
      branch: branch === '' ? null : branch,
    })
  })
  return (
    <Dialog
      title={`Where ${project.name} comes from`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" busy={edit.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} className="flex flex-col gap-4" onSubmit={submit}>
        {error !== undefined && <ErrorState as="box" error={error} />}
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
      </form>
    </Dialog>
  )
}

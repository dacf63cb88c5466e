import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, json, queryClient } from '../../lib/api.ts'
import { fieldError, formError, optional, submitted } from '../../lib/form.ts'
import { projectsQuery } from '../../lib/queries.ts'
import type { Project } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'

/** Asks for a repository, and makes a project of it: what a newcomer does first. */
export function AddProjectForm({ autoFocus = false }: { autoFocus?: boolean }) {
  const add = useAddProject()
  const error = formError(add.error, ['source', 'branch', 'name'])
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={submitted((value) =>
        add.mutate({
          source: value('source').trim(),
          ...optional('branch', value('branch')),
          ...optional('name', value('name')),
        }),
      )}
    >
      {error !== undefined && (
        <ErrorState as="box" title="The project was not added" error={error} />
      )}
      <Field
        label="Repository"
        hint="An address that git on the server can fetch (https or ssh), or an absolute path on the server."
        error={fieldError(add.error, 'source')}
      >
        {(control) => (
          <Input
            {...control}
            mono
            name="source"
            required
            autoFocus={autoFocus}
            autoComplete="off"
            spellCheck={false}
            placeholder="https://git.example.com/shop/platform.git"
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Branch"
          optional
          hint="Its default branch otherwise."
          error={fieldError(add.error, 'branch')}
        >
          {(control) => (
            <Input {...control} mono name="branch" autoComplete="off" placeholder="main" />
          )}
        </Field>
        <Field
          label="Name"
          optional
          hint="As its portolan.yaml says otherwise."
          error={fieldError(add.error, 'name')}
        >
          {(control) => <Input {...control} mono name="name" autoComplete="off" />}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" busy={add.isPending}>
          {add.isPending ? 'Fetching the repository …' : 'Add the project'}
        </Button>
        {add.isPending && (
          <p role="status" className="text-muted">
            A large repository takes a minute the first time.
          </p>
        )}
      </div>
    </form>
  )
}

function useAddProject() {
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (project: {
      source: string
      branch?: string
      name?: string
    }): Promise<Project> => json(api.projects.$post({ json: project })),
    onSuccess: async (project) => {
      announce(`The project ${project.name} is added.`)
      await queryClient.invalidateQueries({ queryKey: projectsQuery.queryKey })
      await navigate({ to: '/projects/$project', params: { project: project.name } })
    },
  })
}

export function AddProjectDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Add a project" onClose={onClose}>
      <AddProjectForm autoFocus />
    </Dialog>
  )
}

import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, json, queryClient } from '../../lib/api.ts'
import { type FormValues, fieldError, formError, optional, submitted } from '../../lib/form.ts'
import { projectsQuery } from '../../lib/queries.ts'
import type { Project, SetProjectForge } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { announce } from '../../ui/toast.tsx'
import { credentialFaults } from './forge/credentials-fields.tsx'
import { wishOf } from './forge/host-wish.ts'
import { ways } from './forge/ways.ts'
import { HostNow } from './host-now.tsx'

const shownBeside = [
  'source',
  'branch',
  'name',
  'host.apiUrl',
  ...credentialFaults('host.credentials'),
]

/** Asks for a repository, and makes a project of it: what a newcomer does first. */
export function AddProjectForm({ autoFocus = false }: { autoFocus?: boolean }) {
  const add = useAddProject()
  const [address, setAddress] = useState('')
  const error = formError(add.error, shownBeside)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={submitted((value) =>
        add.mutate({
          source: value('source').trim(),
          ...optional('branch', value('branch')),
          ...optional('name', value('name')),
          ...hostIn(value),
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
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <HostNow address={address} error={add.error} />
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

interface NewProject {
  readonly source: string
  readonly branch?: string
  readonly name?: string
  readonly host?: SetProjectForge
}

/** Its host, where somebody wants to connect that at once. */
function hostIn(value: FormValues): Pick<NewProject, 'host'> {
  const way = ways.find(({ id }) => id === value('way'))
  return way === undefined ? {} : { host: wishOf(way, value) }
}

function useAddProject() {
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (project: NewProject): Promise<Project> =>
      json(api.projects.$post({ json: project })),
    onSuccess: async (project, { host }) => {
      announce(`The project ${project.name} is added.`)
      await queryClient.invalidateQueries({ queryKey: projectsQuery.queryKey })
      // There it goes on with its webhook.
      const search = host === undefined ? {} : { tab: 'host' }
      await navigate({ to: '/projects/$project', params: { project: project.name }, search })
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

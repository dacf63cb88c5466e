import { useQuery } from '@tanstack/react-query'
import { Variable as VariableIcon } from 'lucide-react'
import { useState } from 'react'
import { may, maySomewhere } from '../../lib/access.ts'
import { api, done, segment } from '../../lib/api.ts'
import { useSession } from '../../lib/queries.ts'
import type { Project, Variable } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { SetVariable } from './set-variable.tsx'
import { reloadVariables, variablesQuery } from './variable-queries.ts'
import { VariableTable } from './variable-table.tsx'
import { variablePlace } from './variable-words.ts'

type Open =
  | { readonly dialog: 'set'; readonly variable: Variable | undefined }
  | { readonly dialog: 'remove'; readonly variable: Variable }

/** What the runs of a project are given, by where it counts. Values go in and never come out. */
export function ProjectVariables({ project }: { project: Project }) {
  const query = useQuery(variablesQuery(project.name))
  const session = useSession()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const add = maySomewhere(session, 'variable:write', project.name) && (
    <Button look="primary" onClick={() => setOpen({ dialog: 'set', variable: undefined })}>
      Set a variable
    </Button>
  )
  const mayWrite = ({ environment }: Variable) =>
    may(session, 'variable:write', { project: project.name, environment })
  return (
    <>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <NoVariables action={add} />
          ) : (
            <div className="flex flex-col gap-5">
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="max-w-prose text-muted">
                  Sealed; nobody can read a value here again. Of several of one name the narrowest
                  counts: component over environment over project.
                </p>
                {add}
              </div>
              <VariableTable
                variables={all}
                mayWrite={mayWrite}
                onSet={(variable) => setOpen({ dialog: 'set', variable })}
                onRemove={(variable) => setOpen({ dialog: 'remove', variable })}
              />
            </div>
          )
        }
      </Loaded>
      {open?.dialog === 'set' && (
        <SetVariable project={project} variable={open.variable} onClose={close} />
      )}
      {open?.dialog === 'remove' && (
        <RemoveVariable project={project.name} variable={open.variable} onClose={close} />
      )}
    </>
  )
}

function NoVariables({ action }: { action: React.ReactNode }) {
  return (
    <Empty
      title="No variables yet"
      icon={<VariableIcon aria-hidden className="size-6" />}
      action={action}
    >
      Credentials and values that do not belong into the repository: inputs of modules (
      <Mono>password</Mono>) or environment variables of their runs (<Mono>AWS_REGION</Mono>), for
      the project, an environment, a component or one workspace.
    </Empty>
  )
}

function RemoveVariable(props: { project: string; variable: Variable; onClose: () => void }) {
  const { project, variable, onClose } = props
  const remove = async () => {
    const param = { project: segment(project), id: variable.id }
    await done(api.projects[':project'].variables[':id'].$delete({ param }))
    await reloadVariables(project)
  }
  return (
    <Confirm
      title={`Remove ${variable.name}?`}
      action="Remove the variable"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        Its value for {variablePlace(variable)} cannot be brought back. Plans that were made with it
        must be made again; a wider one of the same name counts from then on.
      </p>
    </Confirm>
  )
}

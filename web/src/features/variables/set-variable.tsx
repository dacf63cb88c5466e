import { useMutation } from '@tanstack/react-query'
import { api, json, segment } from '../../lib/api.ts'
import { type FormValues, fieldError, optional } from '../../lib/form.ts'
import type { Project, Variable } from '../../lib/types.ts'
import { type ControlProps, Field, Input, Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Choice, Value } from './variable-fields.tsx'
import { reloadVariables } from './variable-queries.ts'
import { kindWords, phaseWords, variablePlace } from './variable-words.ts'

export interface SetVariableProps {
  readonly project: Pick<Project, 'name' | 'environments' | 'components'>
  /** One that is there already: only its value and phase can be other. */
  readonly variable?: Variable | undefined
  readonly onClose: () => void
}

/** Writes a variable: over its value if it is there already. */
export function SetVariable({ project, variable, onClose }: SetVariableProps) {
  const set = useMutation({
    mutationFn: async (value: FormValues) =>
      json(
        api.projects[':project'].variables.$put({
          param: { project: segment(project.name) },
          json: wanted(value, variable),
        }),
      ),
    onSuccess: async () => {
      await reloadVariables(project.name)
      onClose()
    },
  })
  return (
    <FormDialog
      title={
        variable === undefined ? 'Set a variable' : `${variable.name} of ${variablePlace(variable)}`
      }
      action="Set"
      sending={set}
      fields={['name', 'value']}
      onSubmit={(value) => set.mutate(value)}
      onClose={onClose}
    >
      {variable === undefined && (
        <WhatAndWhere project={project} nameError={fieldError(set.error, 'name')} />
      )}
      <Value error={fieldError(set.error, 'value')} />
      <Choice label="Given to" name="phase" words={phaseWords} chosen={variable?.phase ?? 'both'} />
    </FormDialog>
  )
}

function wanted(value: FormValues, variable: Variable | undefined) {
  const phase = value('phase') as Variable['phase']
  const given = { value: value('value'), phase }
  if (variable !== undefined) {
    const { name, kind, environment, component } = variable
    return {
      ...given,
      name,
      kind,
      ...optional('environment', environment ?? ''),
      ...optional('component', component ?? ''),
    }
  }
  return {
    ...given,
    name: value('name').trim(),
    kind: value('kind') as Variable['kind'],
    ...optional('environment', value('environment')),
    ...optional('component', value('component')),
  }
}

function WhatAndWhere(props: {
  project: SetVariableProps['project']
  nameError: string | undefined
}) {
  const { project, nameError } = props
  return (
    <>
      <Choice label="Kind" name="kind" words={kindWords} chosen="environment" />
      <Field label="Name" error={nameError}>
        {(control) => (
          <Input
            {...control}
            mono
            name="name"
            required
            autoComplete="off"
            spellCheck={false}
            pattern={String.raw`[A-Za-z_][A-Za-z0-9_\-]*`}
            title="Letters, digits, dashes and underscores"
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Environment">
          {(control) => (
            <Narrowing
              control={control}
              name="environment"
              all="All environments"
              values={project.environments.map(({ name }) => name)}
            />
          )}
        </Field>
        <Field label="Component">
          {(control) => (
            <Narrowing
              control={control}
              name="component"
              all="All components"
              values={project.components}
            />
          )}
        </Field>
      </div>
    </>
  )
}

function Narrowing(props: {
  control: ControlProps
  name: string
  all: string
  values: readonly string[]
}) {
  return (
    <Select {...props.control} name={props.name} defaultValue="">
      <option value="">{props.all}</option>
      {props.values.map((value) => (
        <option key={value}>{value}</option>
      ))}
    </Select>
  )
}

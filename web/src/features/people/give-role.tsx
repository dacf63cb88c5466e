import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { optional } from '../../lib/form.ts'
import { type Role, roleWords } from '../../lib/permission-words.ts'
import { Field, Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { peopleQuery, reloadPeople, teamsQuery } from './people-queries.ts'
import { PlaceFields } from './place-fields.tsx'

interface Grantee {
  readonly person?: string
  readonly team?: string
}

/** Gives a role to a person or a team, somewhere. */
export function GiveRole({ onClose }: { onClose: () => void }) {
  const [role, setRole] = useState<Role>('viewer')
  const give = useMutation({
    mutationFn: async (place: Grantee & { project?: string; environment?: string }) =>
      json(api.grants.$post({ json: { role, ...place } })),
    onSuccess: async () => {
      await reloadPeople()
      onClose()
    },
  })
  return (
    <FormDialog
      title="Give a role"
      action="Give the role"
      sending={give}
      onSubmit={(value) =>
        give.mutate({
          ...granteeOf(value('who')),
          ...optional('project', value('project')),
          ...optional('environment', value('environment')),
        })
      }
      onClose={onClose}
    >
      <Grantees />
      <RoleChoice role={role} onChoose={setRole} />
      <PlaceFields />
    </FormDialog>
  )
}

function Grantees() {
  const { data: people = [] } = useQuery(peopleQuery)
  const { data: teams = [] } = useQuery(teamsQuery)
  return (
    <Field label="To">
      {(control) => (
        <Select {...control} name="who" required defaultValue="">
          <option value="" disabled>
            Choose a person or a team
          </option>
          <optgroup label="Teams">
            {teams.map(({ name }) => (
              <option key={name} value={`team ${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
          <optgroup label="People">
            {people.map(({ name, fullName }) => (
              <option key={name} value={`person ${name}`}>
                {fullName} ({name})
              </option>
            ))}
          </optgroup>
        </Select>
      )}
    </Field>
  )
}

function granteeOf(chosen: string): Grantee {
  const [kind, name = ''] = chosen.split(' ')
  return kind === 'team' ? { team: name } : { person: name }
}

function RoleChoice({ role, onChoose }: { role: Role; onChoose: (role: Role) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Role</legend>
      <div className="divide-y divide-line rounded-md border border-control">
        {Object.entries(roleWords).map(([name, { summary }]) => (
          <label
            key={name}
            className="flex cursor-pointer items-start gap-2.5 px-3 py-2 has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="role"
              checked={name === role}
              onChange={() => onChoose(name as Role)}
              className="mt-1 accent-accent"
            />
            <span>
              <span className="font-medium">{name}</span>
              <span className="block text-muted text-sm">{summary}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

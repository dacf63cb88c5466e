import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json, segment } from '../../lib/api.ts'
import { fieldError } from '../../lib/form.ts'
import type { Team } from '../../lib/types.ts'
import { Checkbox, Field, Input } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Loaded } from '../../ui/states.tsx'
import { accountNamePattern } from './account-name.ts'
import { peopleQuery, reloadPeople } from './people-queries.ts'

/** Who is in a team; and the name of one that is new. */
export function EditTeam({ team, onClose }: { team: Team | undefined; onClose: () => void }) {
  const people = useQuery(peopleQuery)
  const [members, setMembers] = useState<readonly string[]>(team?.members ?? [])
  const save = useMutation({
    mutationFn: async (name: string) =>
      json(
        api.teams[':name'].$put({
          param: { name: segment(name) },
          json: { members: [...members] },
        }),
      ),
    onSuccess: async () => {
      await reloadPeople()
      onClose()
    },
  })
  return (
    <FormDialog
      title={team === undefined ? 'Add a team' : `Members of ${team.name}`}
      action={team === undefined ? 'Add the team' : 'Save'}
      sending={save}
      fields={['name']}
      onSubmit={(value) => save.mutate(team?.name ?? value('name'))}
      onClose={onClose}
    >
      {team === undefined && (
        <Field
          label="Name"
          hint="Small letters, digits, dots, dashes and underscores."
          error={fieldError(save.error, 'name')}
        >
          {(control) => (
            <Input {...control} mono name="name" required pattern={accountNamePattern} />
          )}
        </Field>
      )}
      <fieldset>
        <legend className="mb-1 font-medium">Members</legend>
        <Loaded query={people}>
          {(all) => (
            <div className="flex flex-col gap-1.5">
              {all.map(({ name, fullName }) => (
                <Checkbox
                  key={name}
                  label={`${fullName} (${name})`}
                  checked={members.includes(name)}
                  onChange={({ target }) =>
                    setMembers(
                      target.checked ? [...members, name] : members.filter((one) => one !== name),
                    )
                  }
                />
              ))}
            </div>
          )}
        </Loaded>
      </fieldset>
    </FormDialog>
  )
}

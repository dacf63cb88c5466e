import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, json } from '../../lib/api.ts'
import { fieldError } from '../../lib/form.ts'
import type { Person } from '../../lib/types.ts'
import { Field, Input } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { accountNameOf, accountNamePattern } from './account-name.ts'
import { reloadPeople } from './people-queries.ts'

export interface AddPersonProps {
  readonly onAdded: (person: Person) => void
  readonly onClose: () => void
}

/** Who joins, and the name they sign in with. */
export function AddPerson({ onAdded, onClose }: AddPersonProps) {
  const [fullName, setFullName] = useState('')
  const [chosen, setChosen] = useState<string>()
  const add = useMutation({
    mutationFn: async (person: { name: string; fullName: string }): Promise<Person> =>
      json(api.people.$post({ json: person })),
    onSuccess: async (person) => {
      await reloadPeople()
      onAdded(person)
    },
  })
  return (
    <FormDialog
      title="Add a person"
      action="Add, and make a sign-in link"
      sending={add}
      fields={['name', 'fullName']}
      onSubmit={(value) => add.mutate({ fullName: value('fullName').trim(), name: value('name') })}
      onClose={onClose}
    >
      <Field label="Full name" error={fieldError(add.error, 'fullName')}>
        {(control) => (
          <Input
            {...control}
            name="fullName"
            required
            maxLength={200}
            autoFocus
            autoComplete="off"
            value={fullName}
            onChange={(event) => setFullName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Name"
        hint="What they sign in with, and how they are called wherever something was done by them. It stays."
        error={fieldError(add.error, 'name')}
      >
        {(control) => (
          <Input
            {...control}
            mono
            name="name"
            required
            pattern={accountNamePattern}
            title="Small letters, digits, dots, dashes and underscores"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={chosen ?? accountNameOf(fullName)}
            onChange={(event) => setChosen(event.target.value)}
          />
        )}
      </Field>
      <p className="text-muted">
        They may do nothing until you give them a role, or make them a member of a team that has
        one.
      </p>
    </FormDialog>
  )
}

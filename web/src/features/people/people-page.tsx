import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may } from '../../lib/access.ts'
import { useSession } from '../../lib/queries.ts'
import type { Person } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { AddPerson } from './add-person.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { grantsQuery, peopleQuery, setDisabled } from './people-queries.ts'
import { type OpenDialog, PersonRow } from './person-row.tsx'

/** Who may sign in. */
export function PeoplePage() {
  const people = useQuery(peopleQuery)
  const { data: grants = [] } = useQuery(grantsQuery)
  const [open, setOpen] = useState<OpenDialog>()
  const isAdmin = may(useSession(), 'admin')
  const close = () => setOpen(undefined)
  return (
    <SettingsFrame
      title="People"
      description="Everybody who may sign in. What they may do is decided by their roles and those of their teams."
      actions={
        isAdmin && (
          <Button
            look="primary"
            icon={<UserPlus aria-hidden className="size-4" />}
            onClick={() => setOpen({ dialog: 'add' })}
          >
            Add a person
          </Button>
        )
      }
    >
      <Loaded query={people}>
        {(all) => (
          <Table
            stacks
            label="People"
            columns={['Name', 'Status', 'Roles', 'Teams', 'Last seen', '']}
          >
            {all.map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                grants={grants}
                onOpen={isAdmin ? setOpen : undefined}
              />
            ))}
          </Table>
        )}
      </Loaded>
      {open?.dialog === 'add' && (
        <AddPerson onClose={close} onAdded={(person) => setOpen({ dialog: 'link', person })} />
      )}
      {open?.dialog === 'link' && <LinkDialog person={open.person} onClose={close} />}
      {open?.dialog === 'disable' && <DisablePerson person={open.person} onClose={close} />}
    </SettingsFrame>
  )
}

function DisablePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  return (
    <Confirm
      title={`Disable ${person.fullName}?`}
      action="Disable"
      onClose={onClose}
      onConfirm={() => setDisabled(person, true)}
    >
      <p>
        They are signed out at once, and their tokens and links stop working. What they did stays
        recorded under <Mono>{person.name}</Mono>. You can enable them again.
      </p>
    </Confirm>
  )
}

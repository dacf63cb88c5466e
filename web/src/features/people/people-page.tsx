import { useQuery } from '@tanstack/react-query'
import { Ellipsis, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may } from '../../lib/access.ts'
import { api, json, segment } from '../../lib/api.ts'
import { placeWords } from '../../lib/permission-words.ts'
import { useSession } from '../../lib/queries.ts'
import type { Grant, Person } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import type { Tone } from '../../ui/status-words.ts'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import { AddPerson } from './add-person.tsx'
import { LinkDialog } from './link-dialog.tsx'
import { grantsQuery, peopleQuery, reloadPeople } from './people-queries.ts'

type Open =
  | { readonly dialog: 'add' }
  | { readonly dialog: 'link' | 'disable'; readonly person: Person }

/** Who may sign in. */
export function PeoplePage() {
  const people = useQuery(peopleQuery)
  const { data: grants = [] } = useQuery(grantsQuery)
  const [open, setOpen] = useState<Open>()
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

const statuses: Readonly<Record<Person['status'], { word: string; tone: Tone }>> = {
  invited: { word: 'Invited', tone: 'wait' },
  active: { word: 'Active', tone: 'ok' },
  disabled: { word: 'Disabled', tone: 'idle' },
}

interface PersonRowProps {
  readonly person: Person
  readonly grants: readonly Grant[]
  /** Absent for who may not change people. */
  readonly onOpen: ((open: Open) => void) | undefined
}

function PersonRow({ person, grants, onOpen }: PersonRowProps) {
  const { word, tone } = statuses[person.status]
  return (
    <tr>
      <Cell className="min-w-48">
        <span className="block font-medium">{person.fullName}</span>
        <Mono className="text-muted">{person.name}</Mono>
      </Cell>
      <Cell>
        <Badge tone={tone}>{word}</Badge>
      </Cell>
      <Cell className="min-w-40">
        <Roles person={person} grants={grants} />
      </Cell>
      <Cell className="text-muted">{person.teams.join(', ') || '–'}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        {person.lastSeenAt === undefined ? 'never' : <Time at={person.lastSeenAt} />}
      </Cell>
      <Cell className="w-10">
        {onOpen !== undefined && <PersonMenu person={person} onOpen={onOpen} />}
      </Cell>
    </tr>
  )
}

interface PersonMenuProps {
  readonly person: Person
  readonly onOpen: (open: Open) => void
}

function PersonMenu({ person, onOpen }: PersonMenuProps) {
  const enable = async () => {
    await setDisabled(person, false)
    announce(`${person.fullName} may sign in again.`)
  }
  const disabled = person.status === 'disabled'
  return (
    <Menu
      align="right"
      label={`What to do with ${person.fullName}`}
      trigger={<Ellipsis aria-hidden className="size-4" />}
      items={
        disabled
          ? [
              {
                label: 'Enable',
                onSelect: () => {
                  enable().catch(() => announce('That did not go. Try again.', 'warn'))
                },
              },
            ]
          : [
              {
                label: person.status === 'invited' ? 'New sign-in link' : 'Reset the password',
                onSelect: () => onOpen({ dialog: 'link', person }),
              },
              {
                label: 'Disable',
                danger: true,
                onSelect: () => onOpen({ dialog: 'disable', person }),
              },
            ]
      }
    />
  )
}

/** The roles of a person, and of their teams. */
function Roles({ person, grants }: Pick<PersonRowProps, 'person' | 'grants'>) {
  const theirs = grants.filter(
    ({ person: name, team }) =>
      name === person.name || (team !== undefined && person.teams.includes(team)),
  )
  if (theirs.length === 0) return <span className="text-muted">none</span>
  return (
    <ul className="flex flex-col gap-0.5">
      {theirs.map(({ id, role, team, ...place }) => (
        <li key={id}>
          {role} <span className="text-muted">{placeWords(place)}</span>
          {team !== undefined && <span className="text-muted"> (by {team})</span>}
        </li>
      ))}
    </ul>
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

async function setDisabled(person: Person, disabled: boolean): Promise<void> {
  const param = { name: segment(person.name) }
  await json(api.people[':name'].$patch({ param, json: { disabled } }))
  await reloadPeople()
}

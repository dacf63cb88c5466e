import { Ellipsis } from 'lucide-react'
import { placeWords } from '../../lib/permission-words.ts'
import type { Grant, Person } from '../../lib/types.ts'
import { Mono } from '../../ui/copyable.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Badge } from '../../ui/status.tsx'
import type { Tone } from '../../ui/status-words.ts'
import { Cell } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { announce } from '../../ui/toast.tsx'
import { setDisabled } from './people-queries.ts'

/** What is open on the page of people. */
export type OpenDialog =
  | { readonly dialog: 'add' }
  | { readonly dialog: 'link' | 'disable'; readonly person: Person }

const statuses: Readonly<Record<Person['status'], { word: string; tone: Tone }>> = {
  invited: { word: 'Invited', tone: 'wait' },
  active: { word: 'Active', tone: 'ok' },
  disabled: { word: 'Disabled', tone: 'idle' },
}

interface PersonRowProps {
  readonly person: Person
  readonly grants: readonly Grant[]
  /** Absent for who may not change people. */
  readonly onOpen: ((open: OpenDialog) => void) | undefined
}

/** Somebody: how they stand, and what they may do. */
export function PersonRow({ person, grants, onOpen }: PersonRowProps) {
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
  readonly onOpen: (open: OpenDialog) => void
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

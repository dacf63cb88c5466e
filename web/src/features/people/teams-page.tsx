import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Users } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may } from '../../lib/access.ts'
import { api, done, segment } from '../../lib/api.ts'
import { useSession } from '../../lib/queries.ts'
import type { Team } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { EditTeam } from './edit-team.tsx'
import { reloadPeople, teamsQuery } from './people-queries.ts'

type Open =
  | { readonly dialog: 'edit'; readonly team: Team | undefined }
  | { readonly dialog: 'delete'; readonly team: Team }

/** People who get their roles together. */
export function TeamsPage() {
  const teams = useQuery(teamsQuery)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const isAdmin = may(useSession(), 'admin')
  const add = isAdmin && (
    <Button look="primary" onClick={() => setOpen({ dialog: 'edit', team: undefined })}>
      Add a team
    </Button>
  )
  return (
    <SettingsFrame
      title="Teams"
      description="A role that a team has, each of its members has. Gates can ask for the approval of a team."
      actions={add}
    >
      <Loaded query={teams}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title="No teams yet"
              icon={<Users aria-hidden className="size-6" />}
              action={add}
            >
              With a team you give a role once, and whoever joins has it.
            </Empty>
          ) : (
            <Table stacks label="Teams" columns={['Name', 'Members', 'Made', '']}>
              {all.map((team) => (
                <TeamRow key={team.name} team={team} onOpen={isAdmin ? setOpen : undefined} />
              ))}
            </Table>
          )
        }
      </Loaded>
      {open?.dialog === 'edit' && <EditTeam team={open.team} onClose={close} />}
      {open?.dialog === 'delete' && <DeleteTeam team={open.team} onClose={close} />}
    </SettingsFrame>
  )
}

interface TeamRowProps {
  readonly team: Team
  /** Absent for who may not change teams. */
  readonly onOpen: ((open: Open) => void) | undefined
}

function TeamRow({ team, onOpen }: TeamRowProps) {
  return (
    <tr>
      <Cell className="font-medium">{team.name}</Cell>
      <Cell>{team.members.join(', ') || <span className="text-muted">nobody</span>}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={team.createdAt} /> by {team.createdBy}
      </Cell>
      <Cell className="w-10">
        {onOpen !== undefined && (
          <Menu
            align="right"
            label={`What to do with ${team.name}`}
            trigger={<Ellipsis aria-hidden className="size-4" />}
            items={[
              { label: 'Choose members', onSelect: () => onOpen({ dialog: 'edit', team }) },
              { label: 'Remove', danger: true, onSelect: () => onOpen({ dialog: 'delete', team }) },
            ]}
          />
        )}
      </Cell>
    </tr>
  )
}

function DeleteTeam({ team, onClose }: { team: Team; onClose: () => void }) {
  const remove = async () => {
    await done(api.teams[':name'].$delete({ param: { name: segment(team.name) } }))
    await reloadPeople()
  }
  return (
    <Confirm
      title={`Remove the team ${team.name}?`}
      action="Remove the team"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        Its roles go with it: its members keep only those that they have themselves or by other
        teams. Gates that ask for its approval can be met by nobody.
      </p>
    </Confirm>
  )
}

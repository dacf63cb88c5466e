import { useMutation, useQuery } from '@tanstack/react-query'
import { Ellipsis, Users } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may } from '../../lib/access.ts'
import { api, done, json, segment } from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import { useSession } from '../../lib/queries.ts'
import type { Team } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Input } from '../../ui/field.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Empty, ErrorState, Loaded } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { accountNamePattern } from './account-name.ts'
import { peopleQuery, reloadPeople, teamsQuery } from './people-queries.ts'

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

function EditTeam({ team, onClose }: { team: Team | undefined; onClose: () => void }) {
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
  const error = formError(save.error, ['name'])
  const form = 'edit-team'
  return (
    <Dialog
      title={team === undefined ? 'Add a team' : `Members of ${team.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" busy={save.isPending}>
            {team === undefined ? 'Add the team' : 'Save'}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={submitted((value) => save.mutate(team?.name ?? value('name')))}
      >
        {error !== undefined && <ErrorState as="box" error={error} />}
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
      </form>
    </Dialog>
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

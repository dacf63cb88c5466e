import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may, maySomewhere } from '../../lib/access.ts'
import { api, done } from '../../lib/api.ts'
import { placeWords } from '../../lib/permission-words.ts'
import { useSession } from '../../lib/queries.ts'
import type { Grant } from '../../lib/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Section } from '../../ui/page-header.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { GiveRole } from './give-role.tsx'
import { grantsQuery, reloadPeople } from './people-queries.ts'
import { RoleMatrix } from './role-matrix.tsx'

/** Who has which role where, and what each role permits. */
export function RolesPage() {
  const grants = useQuery(grantsQuery)
  const session = useSession()
  const [giving, setGiving] = useState(false)
  const [removing, setRemoving] = useState<Grant>()
  return (
    <SettingsFrame
      title="Roles"
      description="A role is given to a person or a team, for everything, a project or an environment. Whoever has several may do what any of them permits."
      actions={
        maySomewhere(session, 'admin') && (
          <Button look="primary" onClick={() => setGiving(true)}>
            Give a role
          </Button>
        )
      }
    >
      <Section title="Who has which role">
        <Loaded query={grants}>
          {(all) => (
            <Table stacks label="Roles given" columns={['Who', 'Role', 'Where', 'Given', '']}>
              {all.map((grant) => (
                <GrantRow
                  key={grant.id}
                  grant={grant}
                  onRemove={may(session, 'admin', grant) ? () => setRemoving(grant) : undefined}
                />
              ))}
            </Table>
          )}
        </Loaded>
      </Section>
      <Section title="What each role permits">
        <RoleMatrix />
      </Section>
      {giving && <GiveRole onClose={() => setGiving(false)} />}
      {removing !== undefined && (
        <RemoveGrant grant={removing} onClose={() => setRemoving(undefined)} />
      )}
    </SettingsFrame>
  )
}

interface GrantRowProps {
  readonly grant: Grant
  /** Absent for who may not take it. */
  readonly onRemove: (() => void) | undefined
}

function GrantRow({ grant, onRemove }: GrantRowProps) {
  return (
    <tr>
      <Cell className="font-medium">
        {holderOf(grant)}
        {grant.team !== undefined && <span className="font-normal text-muted"> (team)</span>}
      </Cell>
      <Cell>
        <Badge tone={grant.role === 'admin' ? 'warn' : 'info'}>{grant.role}</Badge>
      </Cell>
      <Cell className="whitespace-nowrap">{placeWords(grant)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={grant.createdAt} /> by {grant.createdBy}
      </Cell>
      <Cell className="w-10">
        {onRemove !== undefined && (
          <IconButton
            size="small"
            label={`Take the role ${grant.role} from ${holderOf(grant)}`}
            onClick={onRemove}
          >
            <Trash2 aria-hidden className="size-3.5" />
          </IconButton>
        )}
      </Cell>
    </tr>
  )
}

function holderOf({ person, team }: Grant): string {
  return person ?? team ?? ''
}

function RemoveGrant({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const remove = async () => {
    await done(api.grants[':id'].$delete({ param: { id: grant.id } }))
    await reloadPeople()
  }
  return (
    <Confirm
      title={`Take the role ${grant.role} from ${holderOf(grant)}?`}
      action="Take the role"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        It holds from the next request on, in sessions and tokens too. What is running is not
        stopped.
      </p>
    </Confirm>
  )
}

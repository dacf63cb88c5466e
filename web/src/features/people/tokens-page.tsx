import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { api, done, queryClient, segment } from '../../lib/api.ts'
import { placeWords } from '../../lib/permission-words.ts'
import { useNow } from '../../lib/time.ts'
import type { Token } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { CreateToken } from './create-token.tsx'
import { tokensQuery } from './people-queries.ts'

/** What the command line, CI systems and other programs come in with. */
export function TokensPage() {
  const tokens = useQuery(tokensQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token>()
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      Make a token
    </Button>
  )
  return (
    <SettingsFrame
      title="Tokens"
      description={
        <>
          The command line and other programs come in with a token: <Mono>PORTOLAN_TOKEN</Mono>. It
          permits no more than is chosen for it, and never more than its owner may.
        </>
      }
      actions={create}
    >
      <Loaded query={tokens}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title="No tokens yet"
              icon={<KeyRound aria-hidden className="size-6" />}
              action={create}
            >
              Make one for the command line on your machine, and one for each CI system, with just
              what it needs.
            </Empty>
          ) : (
            <Table
              stacks
              label="Tokens"
              columns={['Name', 'Whose', 'Permits', 'Where', 'Last used', 'Expires', '']}
            >
              {all.map((token) => (
                <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
              ))}
            </Table>
          )
        }
      </Loaded>
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      {revoking !== undefined && (
        <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </SettingsFrame>
  )
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const now = useNow()
  const isOver =
    token.revokedAt !== undefined ||
    (token.expiresAt !== undefined && Date.parse(token.expiresAt) < now)
  return (
    <tr className={isOver ? 'text-muted' : undefined}>
      <Cell className="font-medium">{token.name}</Cell>
      <Cell>{token.person ?? <span className="text-muted">its own</span>}</Cell>
      <Cell className="min-w-48">
        <span className="flex flex-wrap gap-1">
          {token.permissions.map((permission) => (
            <Mono key={permission} className="rounded bg-sunken px-1.5 text-muted">
              {permission}
            </Mono>
          ))}
        </span>
      </Cell>
      <Cell className="whitespace-nowrap">{placeWords(token)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        {token.lastUsedAt === undefined ? 'never' : <Time at={token.lastUsedAt} />}
      </Cell>
      <Cell className="whitespace-nowrap">
        <Ending token={token} isOver={isOver} />
      </Cell>
      <Cell className="w-10">
        {!isOver && (
          <Button size="small" look="danger" onClick={onRevoke}>
            Revoke
          </Button>
        )}
      </Cell>
    </tr>
  )
}

function Ending({ token, isOver }: { token: Token; isOver: boolean }) {
  const { revokedAt, expiresAt } = token
  if (revokedAt !== undefined) {
    return (
      <Badge>
        revoked <Time at={revokedAt} />
      </Badge>
    )
  }
  if (expiresAt === undefined) return <span className="text-muted">never</span>
  return isOver ? (
    <Badge>
      expired <Time at={expiresAt} />
    </Badge>
  ) : (
    <Time at={expiresAt} />
  )
}

function RevokeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const revoke = async () => {
    await done(api.tokens[':name'].$delete({ param: { name: segment(token.name) } }))
    await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey })
  }
  return (
    <Confirm
      title={`Revoke the token ${token.name}?`}
      action="Revoke the token"
      onClose={onClose}
      onConfirm={revoke}
    >
      <p>Whatever uses it is refused from the next request on. A revoked token never comes back.</p>
    </Confirm>
  )
}

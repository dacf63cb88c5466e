import { useMutation, useQuery } from '@tanstack/react-query'
import { Link2, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { may } from '../../lib/access.ts'
import { api, done, json, queryClient, segment } from '../../lib/api.ts'
import { fieldError } from '../../lib/form.ts'
import { useSession } from '../../lib/queries.ts'
import type { Identity } from '../../lib/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Mono } from '../../ui/copyable.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { identitiesQuery, peopleQuery } from './people-queries.ts'

/** Who people are on the hosts of repositories. */
export function IdentitiesPage() {
  const isAdmin = may(useSession(), 'admin')
  return (
    <SettingsFrame
      title="Host logins"
      description="Who people are on GitHub, GitLab, Gitea or Forgejo. What a linked login comments there counts as said by the person: they may do by it what they may do here."
    >
      {isAdmin ? (
        <Identities />
      ) : (
        <Empty title="Administrators link logins">
          Ask one to link yours, so that your comments on pull requests are taken for yours.
        </Empty>
      )}
    </SettingsFrame>
  )
}

function Identities() {
  const identities = useQuery(identitiesQuery)
  const [isLinking, setLinking] = useState(false)
  const [ending, setEnding] = useState<Identity>()
  const link = (
    <Button
      look="primary"
      icon={<Link2 aria-hidden className="size-4" />}
      onClick={() => setLinking(true)}
    >
      Link a login
    </Button>
  )
  return (
    <>
      <Loaded query={identities}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="No login is linked yet" action={link}>
              Until then what people may do in comments is decided by what they may on the
              repository: see the host in the settings of a project.
            </Empty>
          ) : (
            <>
              <div className="mb-3">{link}</div>
              <Table stacks label="Host logins" columns={['Login', 'Host', 'Person', 'Linked', '']}>
                {all.map((identity) => (
                  <IdentityRow
                    key={`${identity.host} ${identity.login}`}
                    identity={identity}
                    onEnd={() => setEnding(identity)}
                  />
                ))}
              </Table>
            </>
          )
        }
      </Loaded>
      {isLinking && <LinkLogin onClose={() => setLinking(false)} />}
      {ending !== undefined && <EndLink identity={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

function IdentityRow({ identity, onEnd }: { identity: Identity; onEnd: () => void }) {
  const { host, login, person, createdBy, createdAt } = identity
  return (
    <tr>
      <Cell className="font-medium [overflow-wrap:anywhere]">
        <Mono>{oneLine(login, 100)}</Mono>
      </Cell>
      <Cell className="min-w-32 [overflow-wrap:anywhere]">{oneLine(host, 100)}</Cell>
      <Cell>
        <Mono>{oneLine(person, 63)}</Mono>
      </Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Time at={createdAt} /> by {oneLine(createdBy, 63)}
      </Cell>
      <Cell className="w-10">
        <IconButton
          size="small"
          label={`End the link of ${oneLine(login, 60)} to ${oneLine(person, 63)}`}
          onClick={onEnd}
        >
          <Trash2 aria-hidden className="size-3.5" />
        </IconButton>
      </Cell>
    </tr>
  )
}

function LinkLogin({ onClose }: { onClose: () => void }) {
  const { data: people = [] } = useQuery(peopleQuery)
  const link = useMutation({
    mutationFn: async (identity: { host: string; login: string; person: string }) =>
      json(api.identities.$post({ json: identity })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey })
      onClose()
    },
  })
  return (
    <FormDialog
      title="Link a login"
      action="Link"
      sending={link}
      fields={['host', 'login', 'person']}
      onSubmit={(value) =>
        link.mutate({
          host: value('host').trim(),
          login: value('login').trim(),
          person: value('person'),
        })
      }
      onClose={onClose}
    >
      <Field label="Login" error={fieldError(link.error, 'login')}>
        {(control) => (
          <Input
            {...control}
            mono
            name="login"
            required
            maxLength={250}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="octocat"
          />
        )}
      </Field>
      <Field
        label="Host"
        hint="As its pages are called, without https."
        error={fieldError(link.error, 'host')}
      >
        {(control) => (
          <Input
            {...control}
            mono
            name="host"
            required
            maxLength={250}
            autoComplete="off"
            spellCheck={false}
            defaultValue="github.com"
          />
        )}
      </Field>
      <Field label="Person" error={fieldError(link.error, 'person')}>
        {(control) => (
          <Select {...control} name="person" required defaultValue="">
            <option value="" disabled>
              Choose a person
            </option>
            {people.map(({ name, fullName }) => (
              <option key={name} value={name}>
                {oneLine(fullName, 60)} ({name})
              </option>
            ))}
          </Select>
        )}
      </Field>
    </FormDialog>
  )
}

function EndLink({ identity, onClose }: { identity: Identity; onClose: () => void }) {
  const { host, login, person } = identity
  const end = async () => {
    const param = { host: segment(host), login: segment(login) }
    await done(api.identities[':host'][':login'].$delete({ param }))
    await queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey })
  }
  return (
    <Confirm
      title={`End the link of ${oneLine(login, 40)} to ${oneLine(person, 40)}?`}
      action="End the link"
      onConfirm={end}
      onClose={onClose}
    >
      <p>
        From the next comment on, this login may do only what the repository&apos;s settings give
        it.
      </p>
    </Confirm>
  )
}

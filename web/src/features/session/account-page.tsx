import { useMutation } from '@tanstack/react-query'
import { SettingsFrame } from '../../app/settings-frame.tsx'
import { api, json, rememberSession } from '../../lib/api.ts'
import { fieldError, formError, submitted } from '../../lib/form.ts'
import { permissionWords, placeWords } from '../../lib/permission-words.ts'
import { useSession } from '../../lib/queries.ts'
import type { Session } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Section } from '../../ui/page-header.tsx'
import { Empty, ErrorState } from '../../ui/states.tsx'
import { Badge } from '../../ui/status.tsx'
import { announce } from '../../ui/toast.tsx'
import { NewPassword } from './new-password.tsx'

/** Who one is here, what one may do, and the password. */
export function AccountPage() {
  const session = useSession()
  return (
    <SettingsFrame
      title={session.fullName ?? session.name}
      description={
        <>
          You are signed in as <strong>{session.name}</strong>
          {session.teams.length > 0 && `, a member of ${session.teams.join(', ')}`}.
        </>
      }
    >
      <Section
        title="What you may do"
        description="Administrators give roles to people and to teams, for everything, a project or an environment."
      >
        {session.scopes.length === 0 ? (
          <Empty title="Nothing yet">
            You have no role. Ask an administrator to give you one, or to make you a member of a
            team that has one.
          </Empty>
        ) : (
          <Scopes scopes={session.scopes} />
        )}
      </Section>
      <Section
        title="Password"
        description="After a new password, other browsers in which you are signed in must sign in again."
      >
        <ChangePassword name={session.name} />
      </Section>
    </SettingsFrame>
  )
}

function Scopes({ scopes }: { scopes: Session['scopes'] }) {
  return (
    <ul className="flex max-w-3xl flex-col gap-3">
      {scopes.map(({ role, permissions, ...place }) => (
        <li
          key={`${role} ${place.project} ${place.environment}`}
          className="rounded-lg border border-line bg-surface px-4 py-3"
        >
          <p className="mb-1 flex flex-wrap items-center gap-2 font-medium">
            {role !== undefined && <Badge tone="info">{role}</Badge>}
            {placeWords(place)}
          </p>
          <p className="text-muted">
            You may{' '}
            {permissions.includes('admin')
              ? permissionWords.admin
              : permissions.map((permission) => permissionWords[permission]).join('; ')}
            .
          </p>
        </li>
      ))}
    </ul>
  )
}

function ChangePassword({ name }: { name: string }) {
  const change = useMutation({
    // Another session begins, with another proof that a page of ours sends what follows.
    mutationFn: async (change: { current: string; password: string }) =>
      rememberSession(await json(api.session.password.$post({ json: change }))),
  })
  const error = formError(change.error, ['current', 'password'])
  const submit = submitted((value, form) =>
    change.mutate(
      { current: value('current'), password: value('password') },
      {
        onSuccess: () => {
          form.reset()
          announce('Your password is changed.')
        },
      },
    ),
  )
  return (
    <form className="flex max-w-sm flex-col gap-4" onSubmit={submit}>
      {error !== undefined && <ErrorState as="box" error={error} />}
      <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
      <Field label="Current password" error={fieldError(change.error, 'current')}>
        {(control) => (
          <Input
            {...control}
            name="current"
            type="password"
            required
            autoComplete="current-password"
          />
        )}
      </Field>
      <NewPassword error={fieldError(change.error, 'password')} />
      <div>
        <Button type="submit" look="primary" busy={change.isPending}>
          Change the password
        </Button>
      </div>
    </form>
  )
}

import { useMutation } from '@tanstack/react-query'
import { type FormValues, fieldError, formError, optional, submitted } from '../../../lib/form.ts'
import type { SetProjectForge } from '../../../lib/types.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, Input, Textarea } from '../../../ui/field.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { announce } from '../../../ui/toast.tsx'
import { setForge, showForge } from './forge-queries.ts'
import type { HostProps } from './to-paste.tsx'
import type { Way } from './ways.ts'

const shownBeside = [
  'apiUrl',
  'repository',
  'credentials.token',
  'credentials.appId',
  'credentials.privateKey',
  'credentials.installationId',
]

/** The credentials that were made on the host, and where it is. */
export function CredentialsForm({ project, way, forge }: HostProps) {
  const isConnected = forge.kind === way.kind
  const save = useMutation({
    mutationFn: (wish: SetProjectForge) => setForge(project, wish),
    onSuccess: (saved) => {
      announce(`${project} is connected with ${way.name}.`)
      showForge(project, saved)
    },
  })
  const error = formError(save.error, shownBeside)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={submitted((value, form) => {
        save.mutate(wishOf(way, value), { onSuccess: () => form.reset() })
      })}
    >
      {error !== undefined && (
        <ErrorState as="box" title="The host was not connected" error={error} />
      )}
      {way.credentials === 'app' ? (
        <AppFields error={save.error} isConnected={isConnected} />
      ) : (
        <Field
          label="Token"
          hint="It is kept encrypted, and never shown again."
          error={fieldError(save.error, 'credentials.token')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              type="password"
              name="token"
              required={!isConnected}
              autoComplete="off"
              placeholder={isConnected ? 'The one that is known stays' : undefined}
            />
          )}
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Repository"
          optional
          hint="As the host spells it. Empty: as in the address that is fetched from."
          error={fieldError(save.error, 'repository')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              name="repository"
              autoComplete="off"
              spellCheck={false}
              defaultValue={isConnected ? forge.repository : undefined}
              placeholder="acme/infra"
            />
          )}
        </Field>
        <Field
          label="Address of the API"
          optional
          hint={
            <>
              Only of a server of your own: <code className="break-all">{way.ownApi}</code>
            </>
          }
          error={fieldError(save.error, 'apiUrl')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              type="url"
              name="apiUrl"
              autoComplete="off"
              defaultValue={isConnected ? forge.apiUrl : undefined}
              placeholder={way.usualApi}
            />
          )}
        </Field>
      </div>
      <div>
        <Button type="submit" look="primary" busy={save.isPending}>
          {isConnected ? 'Save' : 'Connect'}
        </Button>
      </div>
    </form>
  )
}

function AppFields({ error, isConnected }: { error: unknown; isConnected: boolean }) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="App ID" error={fieldError(error, 'credentials.appId')}>
          {(control) => (
            <Input
              {...control}
              mono
              name="appId"
              required={!isConnected}
              inputMode="numeric"
              autoComplete="off"
              placeholder={isConnected ? 'The one that is known stays' : '123456'}
            />
          )}
        </Field>
        <Field
          label="Installation ID"
          optional
          hint="It is found by the repository otherwise."
          error={fieldError(error, 'credentials.installationId')}
        >
          {(control) => (
            <Input {...control} mono name="installationId" pattern="\d+" autoComplete="off" />
          )}
        </Field>
      </div>
      <Field
        label="Private key"
        hint="All of the file that was saved. It is kept encrypted, and never shown again."
        error={fieldError(error, 'credentials.privateKey')}
      >
        {(control) => (
          <Textarea
            {...control}
            mono
            name="privateKey"
            rows={4}
            required={!isConnected}
            autoComplete="off"
            spellCheck={false}
            placeholder="-----BEGIN RSA PRIVATE KEY-----"
          />
        )}
      </Field>
    </>
  )
}

function wishOf(way: Way, value: FormValues): SetProjectForge {
  const credentials = credentialsOf(way, value)
  return {
    kind: way.kind,
    ...optional('apiUrl', value('apiUrl')),
    ...optional('repository', value('repository')),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

/** Undefined where nothing new was written: what is known stays. */
function credentialsOf(way: Way, value: FormValues): SetProjectForge['credentials'] {
  if (way.credentials === 'token') {
    const token = value('token').trim()
    return token === '' ? undefined : { type: 'token', token }
  }
  const [appId, privateKey] = [value('appId').trim(), value('privateKey').trim()]
  if (appId === '' && privateKey === '') return undefined
  return { type: 'app', appId, privateKey, ...optional('installationId', value('installationId')) }
}

import { type FormValues, fieldError, optional } from '../../../lib/form.ts'
import type { SetProjectForge } from '../../../lib/types.ts'
import { Field, Input, Textarea } from '../../../ui/field.tsx'
import type { Way } from './ways.ts'

export interface CredentialsProps {
  readonly way: Way
  readonly error: unknown
  /** Where they are in what is sent. */
  readonly at: string
  /** There are some already: what is left empty stays. */
  readonly isKnown: boolean
}

/** What the server finds wrong in credentials, as far as it is shown beside their fields. */
export function credentialFaults(at: string): readonly string[] {
  return ['token', 'appId', 'privateKey', 'installationId'].map((name) => `${at}.${name}`)
}

/** For the credentials that were made on the host. */
export function CredentialsFields({ way, ...props }: CredentialsProps) {
  if (way.credentials === 'app') return <AppFields {...props} />
  const { error, at, isKnown } = props
  return (
    <Field
      label="Token"
      hint="It is kept encrypted, and never shown again."
      error={fieldError(error, `${at}.token`)}
    >
      {(control) => (
        <Input
          {...control}
          mono
          type="password"
          name="token"
          required={!isKnown}
          autoComplete="off"
          placeholder={isKnown ? 'The one that is known stays' : undefined}
        />
      )}
    </Field>
  )
}

function AppFields({ error, at, isKnown }: Omit<CredentialsProps, 'way'>) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="App ID" error={fieldError(error, `${at}.appId`)}>
          {(control) => (
            <Input
              {...control}
              mono
              name="appId"
              required={!isKnown}
              inputMode="numeric"
              autoComplete="off"
              placeholder={isKnown ? 'The one that is known stays' : '123456'}
            />
          )}
        </Field>
        <Field
          label="Installation ID"
          optional
          hint="It is found by the repository otherwise."
          error={fieldError(error, `${at}.installationId`)}
        >
          {(control) => (
            <Input {...control} mono name="installationId" pattern="\d+" autoComplete="off" />
          )}
        </Field>
      </div>
      <Field
        label="Private key"
        hint="All of the file that was saved. It is kept encrypted, and never shown again."
        error={fieldError(error, `${at}.privateKey`)}
      >
        {(control) => (
          <Textarea
            {...control}
            mono
            name="privateKey"
            rows={4}
            required={!isKnown}
            autoComplete="off"
            spellCheck={false}
            placeholder="-----BEGIN RSA PRIVATE KEY-----"
          />
        )}
      </Field>
    </>
  )
}

/** What was written into a form with these fields. */
export function wishOf(way: Way, value: FormValues): SetProjectForge {
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

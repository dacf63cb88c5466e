import { fieldError } from '../../../lib/form.ts'
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
          // A browser fills in the password of who is signed in otherwise.
          autoComplete="new-password"
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
        hint={
          isKnown
            ? 'App ID, installation and private key are changed together. What is empty in all three stays.'
            : 'All of the file that was saved. It is kept encrypted, and never shown again.'
        }
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

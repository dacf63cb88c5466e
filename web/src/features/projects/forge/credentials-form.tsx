import { useMutation } from '@tanstack/react-query'
import { fieldError, formError, submitted } from '../../../lib/form.ts'
import type { SetProjectForge } from '../../../lib/types.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { announce } from '../../../ui/toast.tsx'
import { CredentialsFields, credentialFaults } from './credentials-fields.tsx'
import { setForge, showForge } from './forge-queries.ts'
import { wishOf } from './host-wish.ts'
import type { HostProps } from './to-paste.tsx'

const shownBeside = ['apiUrl', 'repository', ...credentialFaults('credentials')]

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
      <CredentialsFields way={way} error={save.error} at="credentials" isKnown={isConnected} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Repository"
          optional={!isConnected}
          hint={`As the host spells it.${isConnected ? '' : ' Empty: as in the address that is fetched from.'}`}
          error={fieldError(save.error, 'repository')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              name="repository"
              required={isConnected}
              autoComplete="off"
              spellCheck={false}
              defaultValue={isConnected ? forge.repository : undefined}
              placeholder="acme/infra"
            />
          )}
        </Field>
        <Field
          label="Address of the API"
          optional={!isConnected}
          hint={
            isConnected ? (
              'Credentials are given anew with another one: none is sent elsewhere.'
            ) : (
              <>
                Only of a server of your own: <code className="break-all">{way.ownApi}</code>
              </>
            )
          }
          error={fieldError(save.error, 'apiUrl')}
        >
          {(control) => (
            <Input
              {...control}
              mono
              type="url"
              name="apiUrl"
              required={isConnected}
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

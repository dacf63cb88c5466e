import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { may } from '../../lib/access.ts'
import { api, json, queryClient } from '../../lib/api.ts'
import { type FormValues, fieldError, optional } from '../../lib/form.ts'
import { type Permission, permissionWords } from '../../lib/permission-words.ts'
import { useSession } from '../../lib/queries.ts'
import type { CreatedToken } from '../../lib/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Input, Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { expiries, expiryOf } from './expiry.ts'
import { ShownOnce } from './link-dialog.tsx'
import { tokensQuery } from './people-queries.ts'
import { PlaceFields } from './place-fields.tsx'

/** What a token is to permit; then the token, this once. */
export function CreateToken({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<CreatedToken>()
  return created === undefined ? (
    <TokenForm onCreated={setCreated} onClose={onClose} />
  ) : (
    <ShownToken created={created} onClose={onClose} />
  )
}

interface TokenFormProps {
  readonly onCreated: (created: CreatedToken) => void
  readonly onClose: () => void
}

function TokenForm({ onCreated, onClose }: TokenFormProps) {
  const session = useSession()
  const [permissions, setPermissions] = useState<readonly Permission[]>(['read'])
  const create = useMutation({
    mutationFn: async (value: FormValues): Promise<CreatedToken> =>
      json(api.tokens.$post({ json: { ...wanted(value), permissions: [...permissions] } })),
    onSuccess: async (created) => {
      await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onCreated(created)
    },
  })
  return (
    <FormDialog
      title="Make a token"
      action="Make the token"
      sending={create}
      fields={['name']}
      disabled={permissions.length === 0}
      onSubmit={(value) => create.mutate(value)}
      onClose={onClose}
    >
      <Field
        label="Name"
        hint="Where it is used: laptop, ci, backup."
        error={fieldError(create.error, 'name')}
      >
        {(control) => <Input {...control} name="name" required maxLength={100} mono />}
      </Field>
      {may(session, 'admin') && (
        <Field
          label="Whose"
          hint="One that is nobody's is recorded under its own name, and lives on when people leave."
        >
          {(control) => (
            <Select {...control} name="whose" defaultValue="mine">
              <option value="mine">Mine: never more than I may</option>
              <option value="own">Nobody's: a CI system's</option>
            </Select>
          )}
        </Field>
      )}
      <Permissions chosen={permissions} onChoose={setPermissions} />
      <PlaceFields />
      <Field label="Expires">
        {(control) => (
          <Select {...control} name="expires" defaultValue="90">
            {expiries.map(({ days, label }) => (
              <option key={label} value={days}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </FormDialog>
  )
}

function wanted(value: FormValues) {
  const expiresAt = expiryOf(value('expires'), Date.now())
  return {
    name: value('name').trim(),
    personal: value('whose') !== 'own',
    ...optional('project', value('project')),
    ...optional('environment', value('environment')),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

interface PermissionsProps {
  readonly chosen: readonly Permission[]
  readonly onChoose: (permissions: readonly Permission[]) => void
}

function Permissions({ chosen, onChoose }: PermissionsProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Whoever has it may …</legend>
      <div className="flex flex-col gap-1.5">
        {Object.entries(permissionWords).map(([name, words]) => {
          const permission = name as Permission
          return (
            <Checkbox
              key={name}
              label={words}
              checked={chosen.includes(permission)}
              onChange={({ target }) =>
                onChoose(
                  target.checked
                    ? [...chosen, permission]
                    : chosen.filter((one) => one !== permission),
                )
              }
            />
          )
        })}
      </div>
    </fieldset>
  )
}

function ShownToken({ created, onClose }: { created: CreatedToken; onClose: () => void }) {
  return (
    <Dialog
      title={`The token ${created.record.name}`}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p>Copy it now: it is shown this once, and only a digest of it is kept.</p>
        <ShownOnce value={created.token} what="token" />
        <p>To use the command line with this server:</p>
        <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 text-sm">
          {`export PORTOLAN_URL=${location.origin}\nexport PORTOLAN_TOKEN=…\nportolan status`}
        </pre>
      </div>
    </Dialog>
  )
}

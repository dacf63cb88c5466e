import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'

export interface NewPasswordProps {
  readonly error: string | undefined
  readonly autoFocus?: boolean
  /** They have one, and may keep it. */
  readonly optional?: boolean
}

/** As the server demands it. */
const shortestPassword = 12

/** A password that is chosen: shown while it is written, if one wants. */
export function NewPassword({ error, autoFocus = false, optional = false }: NewPasswordProps) {
  const [visible, setVisible] = useState(false)
  return (
    <Field
      label="New password"
      optional={optional}
      hint={`At least ${shortestPassword} characters. A sentence that you can remember is a good one.`}
      error={error}
    >
      {(control) => (
        <div className="flex gap-2">
          <Input
            {...control}
            name="password"
            type={visible ? 'text' : 'password'}
            required={!optional}
            minLength={shortestPassword}
            autoFocus={autoFocus}
            autoComplete="new-password"
          />
          <Button aria-pressed={visible} onClick={() => setVisible(!visible)}>
            {visible ? 'Hide' : 'Show'}
          </Button>
        </div>
      )}
    </Field>
  )
}

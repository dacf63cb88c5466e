import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Select, Textarea } from '../../ui/field.tsx'

/** One of a few, each with its words. */
export function Choice(props: {
  label: string
  name: string
  words: Readonly<Record<string, string>>
  chosen: string
}) {
  return (
    <Field label={props.label}>
      {(control) => (
        <Select {...control} name={props.name} defaultValue={props.chosen}>
          {Object.entries(props.words).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** Hidden while it is written, unless one wants to see it: then it may have several lines. */
export function Value({ error }: { error: string | undefined }) {
  const [visible, setVisible] = useState(false)
  const [value, setValue] = useState('')
  return (
    <Field
      label="Value"
      hint="It is sealed, given to runs, and never shown again: not here, not in logs."
      error={error}
    >
      {(control) => {
        const input = {
          ...control,
          name: 'value',
          mono: true,
          // A browser fills in the password of who is signed in otherwise.
          autoComplete: 'new-password',
          spellCheck: false,
          value,
        }
        return (
          <div className="flex items-start gap-2">
            {visible ? (
              <Textarea {...input} onChange={(event) => setValue(event.target.value)} />
            ) : (
              <Input
                {...input}
                type="password"
                onChange={(event) => setValue(event.target.value)}
              />
            )}
            <Button aria-pressed={visible} onClick={() => setVisible(!visible)}>
              {visible ? 'Hide' : 'Show'}
            </Button>
          </div>
        )
      }}
    </Field>
  )
}

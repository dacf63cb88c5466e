import { Field, Textarea } from '../../../ui/field.tsx'
import { LongText } from '../../../ui/long-text.tsx'
import { plural } from '../results.ts'

/** Protected resources that would end, by address. */
export function ProtectedList({ addresses }: { addresses: readonly string[] }) {
  return (
    <div className="rounded-md border border-danger/40 bg-danger-soft px-3 py-2">
      <p className="font-medium">
        {plural(addresses.length, 'protected resource')} would end. Say why that is wanted.
      </p>
      <ul className="mt-1 max-h-32 overflow-y-auto font-mono text-sm">
        {addresses.slice(0, 200).map((address) => (
          <li key={address} className="[overflow-wrap:anywhere]">
            <LongText text={address} longest={160} />
          </li>
        ))}
      </ul>
    </div>
  )
}

export interface OverrideReasonProps {
  readonly reason: string
  readonly onReason: (reason: string) => void
}

export function OverrideReason({ reason, onReason }: OverrideReasonProps) {
  return (
    <Field label="Why protected resources may go" hint="Recorded in the audit log.">
      {(control) => (
        <Textarea
          {...control}
          required
          maxLength={2000}
          value={reason}
          onChange={(event) => onReason(event.target.value)}
        />
      )}
    </Field>
  )
}

import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'

export interface ReasonDialogProps {
  /** A question: "Release the lock of ada?" */
  readonly title: string
  /** What will be so afterwards, and what will not. */
  readonly children: ReactNode
  /** What the button says: the deed. */
  readonly action: string
  readonly look?: 'danger' | 'primary'
  readonly wide?: boolean
  readonly placeholder?: string
  readonly onConfirm: (reason: string) => Promise<unknown>
  readonly onClose: () => void
}

/** Asks for a reason before something that is recorded with one. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, children, action, look = 'danger', wide = false, placeholder } = props
  const { onConfirm, onClose } = props
  const [reason, setReason] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm(reason.trim())
      onClose()
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      wide={wide}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={look} busy={isBusy} disabled={reason.trim() === ''} onClick={confirm}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <Field label="Reason" hint="It is recorded, and everybody can read it.">
          {(control) => (
            <Textarea
              {...control}
              required
              maxLength={2000}
              placeholder={placeholder}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {error !== undefined && <ErrorState as="box" error={error} />}
      </div>
    </Dialog>
  )
}

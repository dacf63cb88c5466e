import { type ReactNode, useId } from 'react'
import { type FormValues, formError, submitted } from '../lib/form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorState } from './states.tsx'

export interface FormDialogProps {
  readonly title: string
  /** What the button says: the deed, not "OK". */
  readonly action: string
  /** What the button says that changes nothing. */
  readonly leave?: string
  readonly wide?: boolean
  /** What sends it. */
  readonly sending: { readonly isPending: boolean; readonly error: unknown }
  /** Whose faults are shown beside them; all others are shown above. */
  readonly fields?: readonly string[]
  /** What did not go: "It was not saved". */
  readonly errorTitle?: string
  readonly disabled?: boolean
  readonly onSubmit: (value: FormValues) => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Asks for something, and stays open until it went: what was written is lost by no refusal. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, leave = 'Cancel', wide = false, sending, fields = [] } = props
  const { errorTitle, disabled = false, onSubmit, onClose, children } = props
  const form = useId()
  const error = formError(sending.error, fields)
  return (
    <Dialog
      title={title}
      wide={wide}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{leave}</Button>
          <Button
            type="submit"
            form={form}
            look="primary"
            busy={sending.isPending}
            disabled={disabled}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} className="flex flex-col gap-4" onSubmit={submitted(onSubmit)}>
        {error !== undefined && (
          <ErrorState
            as="box"
            {...(errorTitle === undefined ? {} : { title: errorTitle })}
            error={error}
          />
        )}
        {children}
      </form>
    </Dialog>
  )
}

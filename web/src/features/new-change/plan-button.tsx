import { Play } from 'lucide-react'
import { useState } from 'react'
import { maySomewhere } from '../../lib/access.ts'
import { useSession } from '../../lib/queries.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { PlanDialog, type PlanDialogProps } from './plan-dialog.tsx'

interface PlanButtonProps extends Omit<PlanDialogProps, 'onClose'> {
  /** Why nothing can be planned; absent when it can. */
  readonly because?: string | undefined
  readonly look?: 'primary' | 'normal'
}

/** Begins a change: what is to be planned is asked for, and the change is shown as it is planned. */
export function PlanButton({ look = 'normal', because, ...about }: PlanButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  const isPermitted = maySomewhere(useSession(), 'change:plan', about.project)
  const refused = isPermitted ? because : 'It needs a role that permits planning.'
  return (
    <>
      <ActionButton
        icon={<Play aria-hidden className="size-3.5" />}
        {...(look === 'primary' ? { look } : {})}
        because={refused}
        onClick={() => setIsOpen(true)}
      >
        Plan …
      </ActionButton>
      {isOpen && <PlanDialog {...about} onClose={() => setIsOpen(false)} />}
    </>
  )
}

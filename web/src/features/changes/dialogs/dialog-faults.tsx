import { Button } from '../../../ui/button.tsx'
import { oneLine } from '../../../ui/long-text.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import type { LookedAt } from './looked-at.ts'

export interface DialogFaultsProps {
  readonly looked?: LookedAt
  readonly errors: readonly unknown[]
}

/** What stands between somebody and what they ask for: above the buttons, always in sight. */
export function DialogFaults({ looked, errors }: DialogFaultsProps) {
  const [error] = errors.filter((one) => one !== null && one !== undefined)
  const moved = looked?.moved ?? []
  return (
    <div aria-live="polite" className="flex w-full flex-col gap-2 empty:hidden">
      {error !== undefined && <ErrorState as="box" error={error} />}
      {moved.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warn-soft px-3 py-2">
          <p className="min-w-0 text-warn [overflow-wrap:anywhere]">
            {moved.length === 1
              ? `${oneLine(moved[0] ?? '', 120)} stands elsewhere now.`
              : `${moved.length} workspaces stand elsewhere now.`}
          </p>
          <Button size="small" onClick={looked?.lookAgain}>
            Look again
          </Button>
        </div>
      )}
    </div>
  )
}

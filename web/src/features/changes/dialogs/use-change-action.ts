import { useMutation, useQueryClient } from '@tanstack/react-query'
import { announce } from '../../../ui/toast.tsx'
import { changeKey } from '../change-queries.ts'
import type { LiveChange } from '../live-change.ts'

export interface ChangeActionOptions {
  readonly live: LiveChange
  readonly act: () => Promise<void>
  /** Said when it is done. */
  readonly said: string
  readonly onClose: () => void
}

/** Does something to a change; then it is read again, once. */
export function useChangeAction({ live, act, said, onClose }: ChangeActionOptions) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      announce(said)
      onClose()
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: changeKey(String(live.change.id)) }),
        queries.invalidateQueries({ queryKey: ['runs'] }),
      ]),
  })
}

import { Dialog } from '../ui/dialog.tsx'

/** Goes to anything by its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Go to" onClose={onClose}>
      …
    </Dialog>
  )
}

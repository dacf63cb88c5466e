import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { commandKey, destinations } from './shortcuts.ts'

/** Which keys do what. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const rows = [
    { keys: [commandKey.trim(), 'K'], does: 'Go to anything' },
    { keys: ['/'], does: 'Search in this page' },
    ...Object.entries(destinations).map(([key, { name }]) => ({ keys: ['g', key], does: name })),
    { keys: ['?'], does: 'These shortcuts' },
    { keys: ['Esc'], does: 'Close what is open' },
  ]
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {rows.map(({ keys, does }) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { classes } from './class-names.ts'

export interface MenuItem {
  readonly label: ReactNode
  readonly onSelect: () => void
  readonly icon?: ReactNode
  readonly danger?: boolean
  /** One of several that exclude each other, and whether it is chosen. */
  readonly checked?: boolean
}

export interface MenuProps {
  /** What the button shows. */
  readonly trigger: ReactNode
  /** What the button is called when it shows only an icon. */
  readonly label?: string
  readonly items: readonly MenuItem[]
  readonly align?: 'left' | 'right'
  readonly side?: 'below' | 'above'
  readonly className?: string
}

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** A button with a list of things to do: arrows, Home, End, Escape. */
export function Menu(props: MenuProps) {
  const { trigger, label, items, align = 'left', side = 'below', className } = props
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const place = usePlace(button, open, { align, side })
  useCloseOutside(root, open, () => setOpen(false))
  const entries = () =>
    Array.from(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])
  const isPlaced = place !== undefined
  useEffect(() => {
    if (isPlaced) root.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
  }, [isPlaced])
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    }
    if (event.key === 'Tab') setOpen(false)
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    const all = entries()
    const at = all.findIndex((entry) => entry.matches(':focus'))
    all[move(at, all.length)]?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the menu inside it
    <div ref={root} className={classes('relative', className)} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover"
      >
        {trigger}
      </button>
      {isPlaced && (
        <div
          id={id}
          role="menu"
          style={place}
          className="fixed z-40 max-h-80 min-w-48 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg bg-surface p-1 shadow-floating"
        >
          {items.map((item, index) => (
            <MenuEntry
              // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity
              key={index}
              item={item}
              onSelect={() => {
                close()
                item.onSelect()
              }}
            />
          ))}
        </div>
      )}
    </div>
  )
}

function MenuEntry({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  return (
    <button
      type="button"
      {...(item.checked === undefined
        ? { role: 'menuitem' }
        : { role: 'menuitemradio', 'aria-checked': item.checked })}
      tabIndex={-1}
      onClick={onSelect}
      className={classes(
        'flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover focus:bg-hover focus:outline-none',
        item.danger === true && 'text-danger',
        item.checked === true && 'font-semibold',
      )}
    >
      {item.icon}
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.checked === true && <span aria-hidden>✓</span>}
    </button>
  )
}

/** Beside the button, but laid over everything: what scrolls around it must not cut it off. */
function usePlace(
  button: React.RefObject<HTMLElement | null>,
  open: boolean,
  { align, side }: Required<Pick<MenuProps, 'align' | 'side'>>,
): CSSProperties | undefined {
  const [place, setPlace] = useState<CSSProperties>()
  useLayoutEffect(() => {
    const box = open ? button.current?.getBoundingClientRect() : undefined
    if (box === undefined) {
      setPlace(undefined)
      return
    }
    const above = side === 'above' || box.bottom + 160 > window.innerHeight
    setPlace({
      ...(align === 'right' ? { right: window.innerWidth - box.right } : { left: box.left }),
      ...(above ? { bottom: window.innerHeight - box.top + 4 } : { top: box.bottom + 4 }),
    })
  }, [button, open, align, side])
  return place
}

function useCloseOutside(
  root: React.RefObject<HTMLElement | null>,
  open: boolean,
  close: () => void,
): void {
  useEffect(() => {
    if (!open) return
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close()
    }
    document.addEventListener('pointerdown', onPointer)
    window.addEventListener('resize', close)
    return () => {
      document.removeEventListener('pointerdown', onPointer)
      window.removeEventListener('resize', close)
    }
  })
}

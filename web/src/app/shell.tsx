import { Outlet, useLocation } from '@tanstack/react-router'
import { Menu as MenuIcon, WifiOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useHints, useIsLive } from '../lib/live.ts'
import { IconButton } from '../ui/button.tsx'
import { Logo } from './logo.tsx'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { ShortcutHelp } from './shortcut-help.tsx'
import { useShortcuts } from './shortcuts.ts'

/** Navigation beside the page; above it where there is no room. */
export function Shell() {
  const [open, setOpen] = useState<'palette' | 'shortcuts'>()
  useHints()
  useShortcuts({ onPalette: () => setOpen('palette'), onHelp: () => setOpen('shortcuts') })
  const main = useFocusOnNavigation()
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
        <aside className="hidden border-line border-r bg-sunken lg:block">
          <div className="sticky top-0 h-dvh">
            <Navigation onPalette={() => setOpen('palette')} />
          </div>
        </aside>
        <TopBar onPalette={() => setOpen('palette')} />
        <div className="min-w-0">
          <ConnectionNotice />
          <main
            ref={main}
            id="main"
            tabIndex={-1}
            className="mx-auto max-w-[110rem] px-4 py-5 focus:outline-none sm:px-6 lg:py-7"
          >
            <Outlet />
          </main>
        </div>
      </div>
      {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
      {open === 'shortcuts' && <ShortcutHelp onClose={() => setOpen(undefined)} />}
    </>
  )
}

/** Whoever reads with a screen reader is told of the new page. */
function useFocusOnNavigation() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const former = useRef(pathname)
  useEffect(() => {
    if (former.current === pathname) return
    former.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}

function TopBar({ onPalette }: { onPalette: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { href } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the address changes
  useEffect(() => dialog.current?.close(), [href])
  return (
    <header className="sticky top-0 z-30 flex items-center gap-2 border-line border-b bg-sunken px-2 py-1.5 lg:hidden">
      <IconButton label="Open the navigation" onClick={() => dialog.current?.showModal()}>
        <MenuIcon aria-hidden className="size-4" />
      </IconButton>
      <Logo />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it; the keyboard has Escape */}
      <dialog
        ref={dialog}
        aria-label="Navigation"
        onClick={(event) => {
          if (event.target === dialog.current) dialog.current.close()
        }}
        className="m-0 h-dvh max-h-dvh w-64 bg-sunken text-ink shadow-floating"
      >
        <Navigation onPalette={onPalette} />
      </dialog>
    </header>
  )
}

function ConnectionNotice() {
  const isLive = useIsLive()
  return (
    <div aria-live="polite">
      {!isLive && (
        <p className="fixed inset-x-4 bottom-4 z-40 mx-auto flex w-fit items-center gap-2 rounded-lg bg-warn-soft px-4 py-2 font-medium text-warn shadow-floating">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          The connection broke. What you see may be old; trying again …
        </p>
      )}
    </div>
  )
}

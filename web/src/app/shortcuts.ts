import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'

/** What two keys one after the other go to. */
export const destinations = {
  o: { to: '/', name: 'Overview' },
  r: { to: '/pull-requests', name: 'Pull requests' },
  c: { to: '/changes', name: 'Changes' },
  p: { to: '/projects', name: 'Projects' },
  a: { to: '/audit', name: 'Audit log' },
  w: { to: '/webhooks', name: 'Webhook deliveries' },
  s: { to: '/settings/account', name: 'Settings' },
  d: { to: '/docs', name: 'API reference' },
} as const

/** What the key beside the space bar is called on this machine. */
export const commandKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '

/** Milliseconds between `g` and the key behind it. */
const together = 1200

export interface ShortcutHandlers {
  readonly onPalette: () => void
  readonly onHelp: () => void
}

/** The keys that work on every page, but not while somebody writes. */
export function useShortcuts({ onPalette, onHelp }: ShortcutHandlers): void {
  const navigate = useNavigate()
  const wentAt = useRef(Number.NEGATIVE_INFINITY)
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      onPalette()
      return
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return
    const behindG = event.timeStamp - wentAt.current < together
    wentAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
    const destination = behindG ? destinationOf(event.key) : undefined
    if (destination !== undefined) navigate({ to: destination }).catch(() => undefined)
    else if (event.key === '?') onHelp()
    else if (event.key === '/') focusSearch(event, onPalette)
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function destinationOf(key: string) {
  return key in destinations ? destinations[key as keyof typeof destinations].to : undefined
}

/** The search of the page (`type="search"`), or the palette where there is none. */
function focusSearch(event: KeyboardEvent, otherwise: () => void): void {
  event.preventDefault()
  const search = document.querySelector<HTMLInputElement>('main input[type=search]')
  if (search === null) otherwise()
  else search.focus()
}

function isBusy(target: EventTarget | null): boolean {
  return (
    document.querySelector('dialog[open]') !== null ||
    (target instanceof HTMLElement &&
      (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)))
  )
}

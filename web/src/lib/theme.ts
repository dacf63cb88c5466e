import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

/** `public/theme.js` reads it before the first paint. */
const key = 'portolan.theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const readers = new Set<() => void>()

function chosen(): Theme {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

function apply(): void {
  const theme = chosen()
  const dark = theme === 'dark' || (theme === 'system' && system.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  for (const reader of readers) reader()
}

system.addEventListener('change', apply)

/** Chooses a theme, and remembers it in this browser. */
export function setTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Not remembered then; it holds for this page.
  }
  apply()
}

export function useTheme(): Theme {
  return useSyncExternalStore((reader) => {
    readers.add(reader)
    return () => readers.delete(reader)
  }, chosen)
}

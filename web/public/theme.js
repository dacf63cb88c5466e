// Before the first paint, and not inline: the pages permit no inline scripts. `lib/theme.ts` writes what is read here.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('portolan.theme')
  } catch {
    // Storage is forbidden: the system decides.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()

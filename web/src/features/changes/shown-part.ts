import { useNavigate, useSearch } from '@tanstack/react-router'

/** What of a change is looked at: a workspace, a tab of its run, graph or list. */
export interface ShownPart {
  readonly node?: string | undefined
  readonly tab?: string | undefined
  readonly view?: string | undefined
}

/** What of a change is looked at: the address of its own page holds it, and that of its pull request's. */
export function useShownPart() {
  const { node, tab, view } = useSearch({ strict: false })
  const navigate = useNavigate()
  const show = (part: ShownPart, { replace }: { readonly replace: boolean }) => {
    navigate({
      to: '.',
      search: (now) => ({ ...now, ...part }),
      replace,
      resetScroll: false,
    }).catch(() => undefined)
  }
  return { part: { node, tab, view }, show }
}

import { Outlet, useRouterState } from '@tanstack/react-router'
import { Toasts } from '../ui/toast.tsx'
import { Shell } from './shell.tsx'

/** Everything that is ever shown: pages inside the shell, but for those of the sign-in. */
export function Root() {
  // What is shown, not what is being loaded: a page must not change its frame before it changes.
  const pathname = useRouterState({
    select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname,
  })
  const bare = pathname.startsWith('/sign-in') || pathname.startsWith('/link/')
  return (
    <>
      {bare ? <Outlet /> : <Shell />}
      <Toasts />
    </>
  )
}

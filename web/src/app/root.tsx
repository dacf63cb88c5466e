import { Outlet, useLocation } from '@tanstack/react-router'
import { Toasts } from '../ui/toast.tsx'
import { Shell } from './shell.tsx'

/** Everything that is ever shown: pages inside the shell, but for those of the sign-in. */
export function Root() {
  const { pathname } = useLocation()
  const bare = pathname.startsWith('/sign-in') || pathname.startsWith('/link/')
  return (
    <>
      {bare ? <Outlet /> : <Shell />}
      <Toasts />
    </>
  )
}

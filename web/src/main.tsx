import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './app/router.ts'
import { forgetSession, queryClient, whenSignedOut } from './lib/api.ts'

whenSignedOut(() => {
  const { href, pathname } = router.state.location
  if (pathname === '/sign-in' || pathname.startsWith('/link/')) return
  forgetSession()
  router.navigate({ to: '/sign-in', search: { back: href } }).catch(() => undefined)
})

const element = document.getElementById('app')
if (element === null) throw new Error('the page has no element #app')
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

import { createRouter } from '@tanstack/react-router'
import { routeTree } from './routes.tsx'

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // `network@prod` stays readable.
  pathParamsAllowedCharacters: ['@', ':'],
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { createApiClient } from '../../../src/api/client/client.ts'
import { AppError } from '../../../src/platform/errors.ts'
import type { Session } from './types.ts'

/** Told when the server says that nobody is signed in. */
let onSignedOut: () => void = () => undefined

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** Sent with every request that changes something: it proves that a page of ours sends it. */
let csrf: string | undefined

function csrfHeaders(): Readonly<Record<string, string>> {
  return csrf === undefined ? {} : { 'X-CSRF-Token': csrf }
}

/**
 * The API, typed by its routes. A name that may hold a slash goes through `segment`.
 * `await json(api.projects[':project'].$get({ param: { project: segment(project) } }))`
 */
export const api = createApiClient({ url: location.origin, headers: csrfHeaders })

/** One segment of an address: the client puts names in as they are. */
export function segment(name: string): string {
  return encodeURIComponent(name)
}

/** The body of an answer. @throws AppError */
export async function json<Body>(answer: Promise<{ json(): Promise<Body> }>): Promise<Body> {
  return (await answer).json()
}

/** For answers without a body. @throws AppError */
export async function done(answer: Promise<unknown>): Promise<void> {
  await answer
}

/** Shows the sign-in page if that is what an error says; whoever calls the server says so by this. */
export function noticeSignedOut(error: unknown): void {
  if (error instanceof AppError && error.code === 'unauthenticated') onSignedOut()
}

/** Trying again helps only when nobody answered. */
function worthAnotherTry(failures: number, error: unknown): boolean {
  const temporary = !(error instanceof AppError) || error.code === 'unavailable'
  return temporary && failures < 2
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: worthAnotherTry, refetchOnWindowFocus: true },
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session> => rememberSession(await json(api.session.$get())),
  staleTime: 60_000,
})

/** Keeps what a sign-in answered, for every request that follows. */
export function rememberSession(session: Session): Session {
  csrf = session.csrf
  return session
}

/** Forgets who was signed in, and everything that they saw. */
export function forgetSession(): void {
  csrf = undefined
  queryClient.getMutationCache().clear()
  // The page of a sign-in link is still there, and its link was just used up.
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'link' })
}

import { hc } from 'hono/client'
import type { Api } from '../api.ts'
import { refusalOf, unreachable } from './refusal.ts'

export interface ClientOptions {
  /** `https://portolan.example.com`; empty for the address that a page came from. */
  readonly url: string
  /** Sent with every request: `Authorization`, or `X-CSRF-Token`. */
  readonly headers: () => Readonly<Record<string, string>>
  readonly fetch?: typeof fetch
}

export type ApiClient = ReturnType<typeof createApiClient>

/**
 * The API, typed by its routes, for programs and for the browser. Whatever is refused is thrown.
 * @throws AppError as the server said it; `unavailable` when it cannot be reached
 */
export function createApiClient({ url, headers, fetch: send = fetch }: ClientOptions) {
  return hc<Api>(`${url}/api/v1`, {
    headers,
    fetch: async (input: string | URL | Request, init?: RequestInit) =>
      answered(await attempted(() => send(input, init), url)),
  })
}

/** The answer, if it is a good one. @throws AppError */
export async function answered(response: Response): Promise<Response> {
  if (response.ok) return response
  throw await refusalOf(response)
}

/** @throws AppError `unavailable` when nobody answers */
export async function attempted(send: () => Promise<Response>, url: string): Promise<Response> {
  try {
    return await send()
  } catch (error) {
    // Whoever gave up knows it.
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable(url, error)
  }
}

import { type ApiClient, createApiClient } from '../src/api/client/client.ts'

/** Somebody who works with the server, as the UI and programs do: over its API. */
export interface Member {
  readonly name: string
  readonly api: ApiClient
  readonly headers: Readonly<Record<string, string>>
}

export function openMember(
  url: string,
  { name, headers }: { readonly name: string; readonly headers: Readonly<Record<string, string>> },
): Member {
  return { name, headers, api: createApiClient({ url, headers: () => headers }) }
}

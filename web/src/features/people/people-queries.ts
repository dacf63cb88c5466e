import { queryOptions } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import type { Grant, Identity, Person, Team, Token } from '../../lib/types.ts'

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async (): Promise<readonly Person[]> => json(api.people.$get()),
})

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async (): Promise<readonly Team[]> => json(api.teams.$get()),
})

export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: async (): Promise<readonly Grant[]> => json(api.grants.$get()),
})

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async (): Promise<readonly Token[]> => json(api.tokens.$get()),
})

export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: async (): Promise<readonly Identity[]> => json(api.identities.$get()),
})

/** After a change to who there is and what they may do: it shows in several lists, and in one's own session. */
export async function reloadPeople(): Promise<void> {
  const keys = ['people', 'teams', 'grants', 'session']
  await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
}

/** Disabled, somebody is signed out at once. */
export async function setDisabled(person: Person, disabled: boolean): Promise<void> {
  const param = { name: segment(person.name) }
  await json(api.people[':name'].$patch({ param, json: { disabled } }))
  await reloadPeople()
}

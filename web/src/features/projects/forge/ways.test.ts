import { expect, test } from 'vitest'
import { ProjectForge } from '../../../../../src/api/projects/forge-schema.ts'
import { addressOf, wayOf, ways } from './ways.ts'

test('there is a way to every kind of host', () => {
  const kinds = new Set<string>(ways.map(({ kind }) => kind))
  expect([...kinds, 'git'].toSorted()).toEqual(ProjectForge.shape.kind.options.toSorted())
})

test('a project that is connected is shown the way that it went', () => {
  for (const { id, kind, credentials } of ways) {
    expect(wayOf({ kind, credentials })?.id).toBe(id)
  }
  expect(wayOf({ kind: 'git', credentials: undefined })).toBeUndefined()
})

test('addresses to paste are those of this server', () => {
  const origin = 'https://portolan.example.com'
  expect(addressOf('server', 'github', origin)).toBe(origin)
  expect(addressOf('webhook', 'gitlab', origin)).toBe(`${origin}/webhooks/gitlab`)
})

import { expect, test } from 'vitest'
import { ProjectForge } from '../../../../../src/api/projects/forge-schema.ts'
import { addressOf, hostOfAddress, wayOf, ways } from './ways.ts'

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

test('an address says which host could be connected with it, and by which ways', () => {
  const idsOf = (address: string) => hostOfAddress(address)?.ways.map(({ id }) => id)

  expect(idsOf('https://github.com/acme/infra.git')).toEqual(['github-app', 'github-token'])
  expect(idsOf(' https://gitlab.com/acme/infra')).toEqual(['gitlab'])
  expect(idsOf('https://codeberg.org/acme/infra')).toEqual(['gitea'])
  expect(idsOf('https://git.example.com/acme/infra')).toEqual(ways.map(({ id }) => id))
  for (const address of [
    '',
    'https://',
    'git@github.com:acme/infra',
    'ssh://git@github.com/a/b',
    '/srv/infra',
  ]) {
    expect(hostOfAddress(address)).toBeUndefined()
  }
})

test('the API of a server of your own is where its kind has it', () => {
  const host = hostOfAddress('https://git.example.com:8443/acme/infra.git')
  expect(ways.map((way) => host?.apiOf(way))).toEqual([
    'https://git.example.com:8443/api/v3',
    'https://git.example.com:8443/api/v3',
    'https://git.example.com:8443',
    'https://git.example.com:8443',
  ])
})

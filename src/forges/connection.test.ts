import { describe, expect, test } from 'vitest'
import { checkApiUrl, type HostKind, hostOf, usualApiUrl, usualRepository } from './connection.ts'

test.for([
  ['github', 'github.com/acme/infra', 'https://api.github.com', 'acme/infra'],
  ['github', 'ghe.example.com/acme/infra', 'https://ghe.example.com/api/v3', 'acme/infra'],
  ['gitlab', 'gitlab.com/group/sub/infra', 'https://gitlab.com', 'group/sub/infra'],
  ['gitlab', 'git.example.com:8443/group/infra', 'https://git.example.com:8443', 'group/infra'],
  ['gitea', 'codeberg.org/acme/infra', 'https://codeberg.org', 'acme/infra'],
  ['github', 'file:///srv/git/infra', 'https://api.github.com', undefined],
  ['github', 'file:///acme/infra', 'https://api.github.com', undefined],
  ['github', 'unclaimed:infra', 'https://api.github.com', undefined],
  ['gitlab', 'gitlab.com/infra', 'https://gitlab.com', undefined],
] as const)('a project on %s from %s', ([kind, origin, api, repository]) => {
  expect(usualApiUrl(kind satisfies HostKind, origin)).toBe(api)
  expect(usualRepository(origin)).toBe(repository)
})

test.for([
  ['https://api.github.com', 'github.com'],
  ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ['https://ghe.example.com/api/v3', 'ghe.example.com'],
  ['https://api.example.com/api/v3', 'api.example.com'],
  ['http://127.0.0.1:8080', '127.0.0.1:8080'],
] as const)('people call the host of %s %s', ([api, host]) => {
  expect(hostOf(api)).toBe(host)
})

describe('the address of an API', () => {
  test.for([
    ['https://gitlab.example.com/', 'https://gitlab.example.com'],
    ['HTTPS://GHE.Example.com/api/v3//', 'https://ghe.example.com/api/v3'],
    ['https://10.0.0.7/gitlab', 'https://10.0.0.7/gitlab'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['http://localhost:3000/', 'http://localhost:3000'],
  ] as const)('%s is %s', ([given, written]) => {
    expect(checkApiUrl(given)).toBe(written)
  })

  test.for([
    'http://gitlab.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.7',
    'ftp://gitlab.example.com',
    'file:///etc/passwd',
    'https://user:secret@gitlab.example.com',
    'https://gitlab.example.com/?token=secret',
    'https://gitlab.example.com/#secret',
    'gitlab.example.com',
    '',
  ])('%s is refused, and not repeated', (given) => {
    expect(() => checkApiUrl(given)).toThrow(/^the address of the API (?!.*secret)/)
  })
})

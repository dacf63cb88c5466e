import { expect, test } from 'vitest'
import { hostOf } from './connection.ts'
import type { ForgeKind } from './forge.ts'
import { newPullRequestUrl } from './new-pull-request.ts'

test.each<[ForgeKind, string, string]>([
  ['github', 'https://api.github.com', 'https://github.com/acme/shop/pull/new/a/b%23c'],
  ['github', 'https://ghe.acme.com/api/v3', 'https://ghe.acme.com/acme/shop/pull/new/a/b%23c'],
  [
    'gitlab',
    'https://gitlab.com',
    'https://gitlab.com/acme/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D=a%2Fb%23c',
  ],
  [
    'gitlab',
    'https://acme.com/git/api/v4',
    'https://acme.com/git/acme/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D=a%2Fb%23c',
  ],
  ['gitea', 'https://codeberg.org', 'https://codeberg.org/acme/shop/compare/a/b%23c'],
  ['gitea', 'http://127.0.0.1:3000/git', 'http://127.0.0.1:3000/git/acme/shop/compare/a/b%23c'],
])('of %s at %s a pull request is opened at %s', (kind, apiUrl, page) => {
  const forge = { kind, apiUrl, host: hostOf(apiUrl), repository: 'acme/shop' }
  expect(newPullRequestUrl(forge, 'a/b#c')).toBe(page)
})

test('of plain git none is opened elsewhere', () => {
  const forge = { kind: 'git', apiUrl: undefined, host: undefined, repository: undefined } as const
  expect(newPullRequestUrl(forge, 'main')).toBeUndefined()
})

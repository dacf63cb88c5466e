import { expect, test } from 'vitest'
import { wishOf } from './host-wish.ts'
import { type Way, ways } from './ways.ts'

/** What is wished when this was written into the form. */
function wished(id: Way['id'], written: Readonly<Record<string, string>>) {
  return ways
    .filter((way) => way.id === id)
    .map((way) => wishOf(way, (name) => written[name] ?? ''))
}

test('what was left empty stays as it is', () => {
  expect(wished('gitlab', { repository: ' acme/infra ' })).toEqual([
    { kind: 'gitlab', repository: 'acme/infra' },
  ])
  expect(wished('github-app', {})).toEqual([{ kind: 'github' }])
})

test('no part of an App is dropped in silence: the server says what is lacking', () => {
  expect(wished('github-app', { installationId: '7' })).toEqual([
    {
      kind: 'github',
      credentials: { type: 'app', appId: '', privateKey: '', installationId: '7' },
    },
  ])
})

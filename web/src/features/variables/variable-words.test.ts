import { expect, test } from 'vitest'
import type { Variable } from '../../lib/types.ts'
import { byPlace, variablePlace } from './variable-words.ts'

const variable = (
  name: string,
  place: { readonly environment?: string; readonly component?: string } = {},
): Variable => ({
  id: name,
  name,
  kind: 'terraform',
  phase: 'both',
  updatedBy: 'ada',
  updatedAt: '2026-03-10T12:00:00.000Z',
  ...place,
})

test('groups variables by place, the widest first, each by name', () => {
  const groups = byPlace([
    variable('size', { component: 'db', environment: 'prod' }),
    variable('zone'),
    variable('size', { component: 'db' }),
    variable('region', { environment: 'prod' }),
    variable('account'),
  ])
  expect([...groups].map(([place, all]) => [place, all.map(({ name }) => name)])).toEqual([
    ['the whole project', ['account', 'zone']],
    ['environment prod', ['region']],
    ['component db', ['size']],
    ['db@prod', ['size']],
  ])
})

test('says where a variable counts', () => {
  expect(variablePlace({})).toBe('the whole project')
  expect(variablePlace({ component: 'infra/db', environment: 'prod' })).toBe('infra/db@prod')
})

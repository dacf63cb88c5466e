import { expect, test } from 'vitest'
import { permissions, permissionsOf, roles } from '../../../src/access/principal.ts'
import { permissionWords, placeWords, roleWords } from './permission-words.ts'

test('says of every role just what the server permits', () => {
  for (const role of roles) {
    expect(new Set(roleWords[role].permissions), role).toEqual(new Set(permissionsOf[role]))
  }
  expect(Object.keys(roleWords)).toEqual([...roles])
})

test('has words for every permission', () => {
  expect(Object.keys(permissionWords)).toEqual([...permissions])
})

test('says where something holds', () => {
  expect(placeWords({})).toBe('everywhere')
  expect(placeWords({ project: 'shop' })).toBe('in shop')
  expect(placeWords({ project: 'shop', environment: 'prod' })).toBe('in prod of shop')
  expect(placeWords({ environment: 'prod' })).toBe('in prod of every project')
})

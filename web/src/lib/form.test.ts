import { expect, test } from 'vitest'
import { conflict, invalid } from '../../../src/platform/errors.ts'
import { fieldError, formError, optional } from './form.ts'

const refused = invalid('name in the body: is wrong', {
  details: { issues: [{ at: 'name', message: 'is wrong' }] },
})

test('a fault of a field is shown beside it, and not a second time above', () => {
  expect(fieldError(refused, 'name')).toBe('is wrong')
  expect(fieldError(refused, 'password')).toBeUndefined()
  expect(formError(refused, ['name'])).toBeUndefined()
})

test('a fault of a field that the form does not have is shown above it', () => {
  expect(formError(refused, ['password'])).toBe(refused)
})

test('any other refusal is shown above the form', () => {
  const error = conflict('there is one already')
  expect(formError(error, ['name'])).toBe(error)
  expect(formError(null, ['name'])).toBeUndefined()
})

test('what is empty is not sent', () => {
  expect(optional('branch', '  ')).toEqual({})
  expect(optional('branch', ' main ')).toEqual({ branch: 'main' })
})

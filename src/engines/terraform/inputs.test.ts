import { describe, expect, test } from 'vitest'
import { type GivenInput, namesIn, valuesThatCount } from './inputs.ts'

const value = (name: string, text: string): GivenInput => ({ kind: 'value', name, value: text })
const file = (...names: string[]): GivenInput => ({ kind: 'file', file: 'f.tfvars', names })
const unreadable: GivenInput = { kind: 'file', file: 'f.tfvars', names: undefined }

describe('of a value and a file for one variable', () => {
  test('the later on the command line counts', () => {
    expect(valuesThatCount([value('a', '1'), file('a', 'b')])).toEqual({})
    expect(valuesThatCount([file('a', 'b'), value('a', '1')])).toEqual({ a: '1' })
    expect(valuesThatCount([value('a', '1'), file('a'), value('a', '2')])).toEqual({ a: '2' })
    expect(valuesThatCount([value('a', '1'), value('c', '3'), file('a')])).toEqual({ c: '3' })
  })

  test('nobody guesses when the later file cannot be read', () => {
    expect(() => valuesThatCount([value('a', 'secret'), unreadable])).toThrow(
      /^-var a stands before -var-file f\.tfvars, which cannot be read/,
    )
    expect(valuesThatCount([unreadable, value('a', '1')])).toEqual({ a: '1' })
  })
})

describe('the variables that a file sets', () => {
  test('are read from both forms', () => {
    expect(namesIn('x.tfvars', 'a = 1\n# b = 2\nc = {\n  d = "}"\n}\n')).toEqual(['a', 'c'])
    expect(namesIn('x.tfvars.json', '{"resource": {"a": 1}, "b": 2}')).toEqual(['resource', 'b'])
  })

  test('are unknown in a file that is neither', () => {
    expect(namesIn('x.tfvars', 'a = [')).toBeUndefined()
    expect(namesIn('x.tfvars.json', '{')).toBeUndefined()
    expect(namesIn('x.tfvars.json', '[]')).toBeUndefined()
  })
})

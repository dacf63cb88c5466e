import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  componentOf,
  directoryOf,
  parseWorkspaceName,
  projectNameFrom,
  workspaceName,
} from './workspace.ts'

const root = '/srv/shop'

describe('the component of a directory', () => {
  test('is its path; the root module is `root`, and a directory of that name `./root`', () => {
    expect(componentOf(root, '/srv/shop/infra/network')).toBe('infra/network')
    expect(componentOf(root, root)).toBe('root')
    expect(componentOf(root, '/srv/shop/root')).toBe('./root')
    expect(componentOf(root, '/srv/shop/..hidden')).toBe('..hidden')
  })

  test.each([
    ['an @', 'a@b'],
    ['a newline', 'a\nb'],
    ['an escape', 'a\u001bb'],
    ['broken UTF-8', 'a\uFFFDb'],
  ])('is refused with %s in it', (_, name) => {
    expect(() => componentOf(root, path.join(root, name))).toThrow(/Rename|name/)
  })

  test('a directory outside the repository is refused', () => {
    expect(() => componentOf(root, '/srv/other')).toThrow(/outside/)
    expect(() => componentOf(root, '/srv/shop2')).toThrow(/outside/)
  })

  test('distinct directories never share one, and it leads back to its directory', () => {
    const segment = fc.oneof(
      fc.constantFrom('root', '.root', ' ', 'a b', '..a', 'ä', 'a\u0308', 'A', 'a'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    )
    const directory = fc
      .array(
        segment.filter((name) => !/[/\0]/.test(name) && name !== '.' && name !== '..'),
        { maxLength: 3 },
      )
      .map((segments) => path.join(root, ...segments))
    fc.assert(
      fc.property(directory, directory, (one, other) => {
        const [first, second] = [one, other].map((each) => {
          try {
            return componentOf(root, each)
          } catch {
            return undefined
          }
        })
        if (first !== undefined) expect(directoryOf(root, first)).toBe(one)
        if (first !== undefined && second !== undefined)
          expect(first === second).toBe(one === other)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the name of a workspace', () => {
  test('is read as it is written', () => {
    const workspace = { project: 'shop', component: 'infra/network', environment: 'prod' }
    expect(workspaceName(workspace)).toBe('infra/network@prod')
    expect(workspaceName(workspace, 'full')).toBe('shop/infra/network@prod')
    expect(parseWorkspaceName('infra/network@prod')).toEqual({
      path: 'infra/network',
      environment: 'prod',
    })
    for (const text of ['network', '@prod', 'network@', '']) {
      expect(parseWorkspaceName(text)).toBeUndefined()
    }
  })

  test('a project gets a usable name whatever its directory is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(projectNameFrom(name)).toMatch(/^[^/@\s\p{Cc}]+$/u)
      }),
    )
  })
})

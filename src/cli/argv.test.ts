import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseArguments } from './argv.ts'

describe("flags in Terraform's form", () => {
  test.each([
    [
      ['plan', '-var', 'size=2'],
      ['plan', '--var', 'size=2'],
    ],
    [
      ['plan', '-var=size=2'],
      ['plan', '--var=size=2'],
    ],
    [
      ['apply', '-auto-approve'],
      ['apply', '--auto-approve'],
    ],
    [
      ['apply', '-auto-approve=true'],
      ['apply', '--auto-approve'],
    ],
    [['apply', '-auto-approve=false'], ['apply']],
    [
      ['plan', '-refresh=false'],
      ['plan', '--no-refresh'],
    ],
    [
      ['plan', '--refresh=false'],
      ['plan', '--no-refresh'],
    ],
    [['plan', '-refresh=true'], ['plan']],
    [
      ['plan', '-refresh-only'],
      ['plan', '--refresh-only'],
    ],
    [
      ['-chdir=infra', 'plan'],
      ['--chdir=infra', 'plan'],
    ],
    [
      ['plan', '-target=module.a["x"]', '-target', 'b.c'],
      ['plan', '--target=module.a["x"]', '--target', 'b.c'],
    ],
    [
      ['plan', '-input=false', '-no-color'],
      ['plan', '--no-color'],
    ],
    [
      ['plan', '--affected', 'db@dev'],
      ['plan', '--affected=', 'db@dev'],
    ],
    [
      ['plan', '-affected=main', '-with-deps', '-to', 'api', '-set', 'api.x=-1'],
      ['plan', '--affected=main', '--with-deps', '--to', 'api', '--set', 'api.x=-1'],
    ],
    [
      ['state', 'ls', '-help'],
      ['state', 'ls', '--help'],
    ],
  ])('%j is %j', (typed, understood) => {
    expect(normaliseArguments(typed)).toEqual(understood)
  })

  test('short flags stay: -C, -c, -e and -f', () => {
    const typed = ['logs', '-f', '-C', 'infra', '-e', 'prod', '-eprod', '-c', 'db', '-cdb']
    expect(normaliseArguments(typed)).toEqual(typed)
  })

  test('an unknown word gets two dashes, for the suggestion', () => {
    expect(normaliseArguments(['plan', '-auto-aprove'])).toEqual(['plan', '--auto-aprove'])
  })

  test('a value is never rewritten, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(value !== '--')
        expect(normaliseArguments(['plan', '-var', value])).toEqual(['plan', '--var', value])
        expect(normaliseArguments(['plan', `-var=${value}`])).toEqual(['plan', `--var=${value}`])
        expect(normaliseArguments(['plan', '--', '-var', value])).toEqual([
          'plan',
          '--',
          '-var',
          value,
        ])
      }),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { meaningOf } from '../../../test/support/resolving.ts'
import { AppError } from '../../platform/errors.ts'

const E = '${' + '{'

const yaml = `
version: 1
project: shop
values: { a: 1, b: 1, on: true }
environments:
  dev: {}
  prod: { after: dev, values: { on: false } }
components:
  net: { terraform: infra/net }
  app:
    terraform: infra/app
    tags: [x]
    inputs:
      one: ${E} values.a }}
      two: { x: 1, y: "${E} outputs.net.id }}-${E} values.a }}" }
      three: '${E} values.on ? outputs.net.id : "off" }}'
      four: ${E} outputs.net.list[values.b] }}
    outputs: { host: string }
    var_files: ["${E} env.name }}.tfvars?"]
    timeout: 5m
    after:
      - run: echo ${E} outputs.net.id }}
  job:
    run: echo ${E} outputs.net["deep"].x }}
    when: values.on
    inputs: { A: "${E} outputs.net.id }}", B: "${E} outputs.net.id }}" }
`

const digestOf = (text: string, name = 'app@dev', files = {}) =>
  meaningOf(text, { files }).definition(name).digest

describe('the digest of a definition', () => {
  const digest = digestOf(yaml)

  test.each<[string, (text: string) => string]>([
    [
      'where things stand',
      (text) => `# a comment\n${text.replaceAll('    inputs:', '\n\n    inputs:')}`,
    ],
    ['how they are quoted', (text) => text.replace('infra/app', '"infra/app"')],
    [
      'the order of keys',
      (text) =>
        text
          .replace(/( {6}one: .*\n)( {6}two: .*\n)/, '$2$1')
          .replace('x: 1, y: ', 'y: 1, x: ')
          .replace(/y: 1, x: (".*") }/, 'y: $1, x: 1 }'),
    ],
    ['the order of values', (text) => text.replace('a: 1, b: 1', 'b: 1, a: 1')],
    ['values that it does not use', (text) => text.replace('b: 1', 'b: 1, c: 3')],
    ['tags and limits', (text) => text.replace('tags: [x]', 'tags: [y]').replace('5m', '6m')],
    ['another component', (text) => text.replace('infra/net', 'infra/other')],
    ['how a value comes about', (text) => text.replace('a: 1', `a: "${E} 2 - 1 }}"`)],
  ])('does not depend on %s', (_what, change) => {
    const changed = change(yaml)
    expect(changed).not.toBe(yaml)
    expect(digestOf(changed)).toBe(digest)
  })

  test.each<[string, (text: string) => string]>([
    ['an input', (text) => text.replace('x: 1', 'x: 2')],
    ['the type of an input', (text) => text.replace('x: 1', 'x: "1"')],
    ['a value that it uses', (text) => text.replace('a: 1', 'a: 2')],
    [
      'a value beside an output',
      (text) => text.replace(`one: ${E} values.a }}`, 'one: 1').replace('a: 1', 'a: 2'),
    ],
    ['a value that decides about an output', (text) => text.replace('on: true', 'on: false')],
    ['a value behind an output', (text) => text.replace('b: 1', 'b: 2')],
    ['which output it reads', (text) => text.replace('outputs.net.id }}-', 'outputs.net.name }}-')],
    ['its directory', (text) => text.replace('infra/app', 'infra/app2')],
    ['its contract', (text) => text.replace('host: string', 'host: number')],
    ['its hooks', (text) => text.replace('run: echo', 'run: printf')],
  ])('depends on %s', (_what, change) => {
    expect(digestOf(change(yaml))).not.toBe(digest)
  })

  test('depends on which files there are, and on what files of values hold', () => {
    const withFiles = yaml.replace('    tags: [x]', '    values: [base.yaml]')
    const base = digestOf(withFiles, 'app@dev', { 'base.yaml': 'z: 1' })
    expect(digestOf(withFiles, 'app@dev', { 'base.yaml': '# same\nz:   1' })).toBe(base)
    expect(digestOf(withFiles, 'app@dev', { 'base.yaml': 'z: 2' })).not.toBe(base)
    expect(digestOf(withFiles, 'app@dev', { 'base.yaml': 'z: 1', 'dev.tfvars': '' })).not.toBe(base)
  })
})

test('references are told once each, with the environment they are of', () => {
  const { definition } = meaningOf(yaml)
  const references = definition('app@prod').references.map(({ at: _, ...one }) => one)
  const net = { component: 'net', environment: 'prod', path: [] }
  expect(references).toEqual([
    { ...net, output: 'id' },
    { ...net, output: 'list' },
  ])
  expect(definition('job@dev').references.map(({ output, path }) => [output, ...path])).toEqual([
    ['deep', 'x'],
    ['id'],
  ])
})

test('what is overridden in an environment is not read there', () => {
  const text = yaml
    .replace('dev: {}', 'dev: { components: { job: { inputs: { A: x, B: null } } } }')
    .replace(`echo ${E} outputs.net["deep"].x }}`, 'echo')
  expect(meaningOf(text).definition('job@dev').references).toEqual([])
})

describe('when', () => {
  test('decides whether a component takes part', () => {
    const { definition, resolve } = meaningOf(yaml)
    expect(definition('job@dev').skipped).toBeUndefined()
    expect(definition('job@prod')).toMatchObject({
      skipped: '`when: values.on` is false',
      references: [],
    })
    expect(resolve('job@prod')).toMatchObject({
      impossible: 'job@prod is skipped: `when: values.on` is false',
    })
  })

  test.each([
    ['values.a', 'this must be true or false, and is a number'],
    ['"true"', 'this must be true or false, and is a string'],
    ['values.none', '`values` has no key `none`'],
  ])('%s is refused', (when, expected) => {
    const text = yaml.replace('when: values.on', `when: '${when}'`)
    const { definition } = meaningOf(text)
    expect(() => definition('job@dev')).toThrow(expected)
    expect(() => definition('job@dev')).toThrow(AppError)
  })

  test('nothing but it is looked at to know who takes part', () => {
    const broken = yaml.replace(
      'inputs: { A:',
      `values: [none.yaml]\n    inputs: { C: "${E} values.none }}", A:`,
    )
    const { definition, resolve } = meaningOf(broken)
    expect(definition('job@prod').skipped).toBeDefined()
    expect(definition('job@dev').skipped).toBeUndefined()
    expect(definition('app@dev').digest).toBe(digestOf(yaml))
    expect(resolve('app@dev').certainty).toBe('unknown')
    expect(() => resolve('job@dev')).toThrow('there is no file none.yaml')
  })
})

test('files of variables, the module and its workspace', () => {
  const text = yaml
    .replace('infra/app', `infra/app-${E} env.name }}`)
    .replace('tags: [x]', `workspace: "${E} env.name }}-w"`)
  const { resolve } = meaningOf(text, { files: { 'prod.tfvars': '' } })
  const lookup = ({ output }: { readonly output: string }) =>
    ({ is: 'known', value: output === 'list' ? [1, 2] : 'x', sensitive: false }) as const

  expect(resolve('app@dev', lookup)).toMatchObject({
    varFiles: [],
    main: 'infra/app-dev',
    terraformWorkspace: 'dev-w',
  })
  expect(resolve('app@prod', lookup)).toMatchObject({ varFiles: ['prod.tfvars'] })
  expect(resolve('net@dev', lookup).terraformWorkspace).toBe('default')

  const strict = meaningOf(text.replace('.tfvars?', '.tfvars'))
  expect(() => strict.resolve('app@dev', lookup)).toThrow('there is no file dev.tfvars')
})

test('the command and the hooks of a job read outputs, and their values become text', () => {
  const text = yaml.replace(
    'when: values.on',
    `before:
      - run: first
        env: { N: 1, T: true, L: [1, "${E} outputs.net.id }}"], E: "", gone: null }
        on: [destroy]`,
  )
  const resolution = meaningOf(text).resolve('job@dev', ({ output }) => ({
    is: 'known',
    value: output === 'deep' ? { x: 'it' } : 'net-1',
    sensitive: false,
  }))

  expect(resolution.main).toBe('echo it')
  expect(resolution.before).toEqual([
    { run: 'first', env: { N: '1', T: 'true', L: '[1,"net-1"]', E: '' }, on: ['destroy'] },
  ])
})
